# Reference values for curves, tests, hazard ratios and restricted means, from R's survival package.
# Run in this folder:  Rscript make_reference.R
# Writes arms.csv (the patients), curves.csv (exact Kaplan-Meier points), expected.csv (results).
suppressMessages(library(survival))
options(digits = 17, scipen = 100)

arms <- list(
  aml       = with(aml, data.frame(time, event = status, arm = as.integer(x == "Maintained"))),
  colon     = with(subset(colon, etype == 2 & rx != "Lev"),
                   data.frame(time, event = status, arm = as.integer(rx == "Lev+5FU"))),
  diabetic  = with(diabetic, data.frame(time, event = status, arm = trt)),
  gbsg      = with(gbsg, data.frame(time = rfstime, event = status, arm = hormon)),
  kidney    = with(kidney, data.frame(time, event = status, arm = sex - 1)),
  lung      = with(lung, data.frame(time, event = status - 1, arm = sex - 1)),
  ovarian   = with(ovarian, data.frame(time = futime, event = fustat, arm = rx - 1)),
  pbc       = with(subset(pbc, !is.na(trt)), data.frame(time, event = as.integer(status == 2), arm = trt - 1)),
  rotterdam = with(rotterdam, data.frame(time = dtime, event = death, arm = chemo)),
  veteran   = with(veteran, data.frame(time, event = status, arm = trt - 1))
)

curve_of <- function(patients) {
  fit <- summary(survfit(Surv(time, event) ~ 1, data = patients))
  data.frame(time = fit$time, survival = fit$surv, n_risk = fit$n.risk, n_event = fit$n.event,
             ci_low = fit$lower, ci_high = fit$upper)
}

# survdiff, coxph (Efron) and survfit's rmean at the quarter, half and full length common to both arms
results_of <- function(name, patients) {
  difference <- survdiff(Surv(time, event) ~ arm, data = patients)
  cox <- summary(coxph(Surv(time, event) ~ arm, data = patients, control = coxph.control(eps = 1e-11)))
  common <- min(tapply(patients$time, patients$arm, max))
  tests <- data.frame(
    quantity = c("logrank_chisq", "logrank_p", "cox_log_hr", "cox_se", "cox_p", "cox_ci_low", "cox_ci_high"),
    horizon = NA, arm = NA,
    value = c(difference$chisq, pchisq(difference$chisq, 1, lower.tail = FALSE),
              cox$coefficients[1, "coef"], cox$coefficients[1, "se(coef)"], cox$coefficients[1, "Pr(>|z|)"],
              cox$conf.int[1, "lower .95"], cox$conf.int[1, "upper .95"]))
  means <- do.call(rbind, lapply(common * c(0.25, 0.5, 1), function(horizon) {
    fit <- summary(survfit(Surv(time, event) ~ arm, data = patients), rmean = horizon)$table
    data.frame(quantity = rep(c("rmean", "rmean_se"), each = 2), horizon = horizon, arm = c(0, 1, 0, 1),
               value = c(fit[, "rmean"], fit[, "se(rmean)"]))
  }))
  median <- summary(survfit(Surv(time, event) ~ arm, data = patients))$table[, "median"]
  cbind(dataset = name, rbind(tests, means,
        data.frame(quantity = "median", horizon = NA, arm = c(0, 1), value = as.numeric(median))))
}

labelled <- function(name, patients) cbind(dataset = name, patients)
write <- function(table, file) write.csv(table, file, row.names = FALSE, quote = FALSE, na = "")

write(do.call(rbind, Map(labelled, names(arms), arms)), "arms.csv")
write(do.call(rbind, lapply(names(arms), function(name) do.call(rbind, lapply(0:1, function(arm)
  cbind(dataset = name, arm = arm, curve_of(arms[[name]][arms[[name]]$arm == arm, ])))))), "curves.csv")
write(do.call(rbind, Map(results_of, names(arms), arms)), "expected.csv")
