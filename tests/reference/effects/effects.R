# What a paper would print of eight two-arm data sets of R's survival package, and what the
# individual patients say. Run: Rscript effects.R   (survival 3.5.3; writes arms.csv, landmarks.csv)
library(survival)

two_arms <- function(name, time, status, arm) {
  keep <- complete.cases(time, status, arm)
  data.frame(set = name, time = time[keep], status = status[keep], arm = as.integer(arm[keep]))
}
sets <- list(
  two_arms("veteran", veteran$time, veteran$status, veteran$trt == 2),
  two_arms("lung", lung$time, lung$status == 2, lung$sex == 2),
  with(subset(colon, etype == 2 & rx != "Lev"), two_arms("colon death", time, status, rx == "Lev+5FU")),
  with(subset(colon, etype == 1 & rx != "Lev"), two_arms("colon recurrence", time, status, rx == "Lev+5FU")),
  two_arms("ovarian", ovarian$futime, ovarian$fustat, ovarian$rx == 2),
  two_arms("gbsg", gbsg$rfstime, gbsg$status, gbsg$hormon == 1),
  with(subset(pbc, !is.na(trt)), two_arms("pbc", time, status == 2, trt == 1)),
  two_arms("retinopathy", retinopathy$futime, retinopathy$status, retinopathy$trt == 1)
)

median_of <- function(fit) unname(summary(fit)$table["median"])
arms <- landmarks <- NULL
for (set in sets) {
  name <- set$set[1]
  fitted <- coxph(Surv(time, status) ~ arm, data = set)
  cox <- summary(fitted)
  test <- survdiff(Surv(time, status) ~ arm, data = set)
  fits <- lapply(c(1, 0), function(a) survfit(Surv(time, status) ~ 1, data = set[set$arm == a, ]))
  reverse <- survfit(Surv(time, 1 - status) ~ 1, data = set)
  arms <- rbind(arms, data.frame(
    set = name, n_cik = sum(set$arm == 1), n_control = sum(set$arm == 0), events = sum(set$status),
    median_cik = median_of(fits[[1]]), median_control = median_of(fits[[2]]), follow_up = median_of(reverse),
    log_rank_p = pchisq(test$chisq, 1, lower.tail = FALSE), log_hr = cox$coefficients[1, "coef"],
    se = cox$coefficients[1, "se(coef)"], hr = cox$conf.int[1, 1], ci_low = cox$conf.int[1, 3],
    ci_high = cox$conf.int[1, 4], wald_p = cox$coefficients[1, "Pr(>|z|)"],
    proportional_p = cox.zph(fitted)$table["arm", "p"]))
  # Landmarks where four, three and two fifths of all are left, as far as both arms are observed.
  all <- survfit(Surv(time, status) ~ 1, data = set)
  seen <- min(tapply(set$time, set$arm, max))
  times <- sapply(c(0.8, 0.6, 0.4), function(level) all$time[which(all$surv <= level)[1]])
  times <- times[!is.na(times) & times <= seen]
  at <- lapply(fits, function(fit) summary(fit, times = times)$surv)
  so_far <- sapply(times, function(t) sum(set$status[set$time <= t]))
  landmarks <- rbind(landmarks, data.frame(set = name, time = times, cik = at[[1]], control = at[[2]],
                                           events = so_far))
}
write.csv(format(arms, digits = 12, trim = TRUE), "arms.csv", row.names = FALSE, quote = FALSE)
write.csv(format(landmarks, digits = 12, trim = TRUE), "landmarks.csv", row.names = FALSE, quote = FALSE)

# Grouped survival times without censoring: proportional hazards are a binomial model with the
# complementary log-log link (Prentice and Gloeckler 1978). One landmark, and three in one fit.
grouped <- function(n1, n0, left1, left0) {
  at1 <- c(n1, head(left1, -1)); at0 <- c(n0, head(left0, -1))
  rows <- data.frame(arm = rep(1:0, each = length(left1)), interval = factor(rep(seq_along(left1), 2)),
                     died = c(at1 - left1, at0 - left0), left = c(left1, left0))
  form <- if (length(left1) == 1) cbind(died, left) ~ arm else cbind(died, left) ~ arm + interval
  fit <- summary(glm(form, family = binomial("cloglog"), data = rows, control = list(epsilon = 1e-14)))
  data.frame(n_cik = n1, n_control = n0, cik = paste(left1, collapse = " "), control = paste(left0, collapse = " "),
             log_hr = fit$coefficients["arm", "Estimate"], se = fit$coefficients["arm", "Std. Error"])
}
fits <- rbind(grouped(71, 71, 30, 15), grouped(60, 80, 51, 40), grouped(100, 90, c(80, 55, 30), c(60, 35, 15)),
              grouped(40, 45, c(38, 30, 22), c(39, 26, 14)))
write.csv(format(fits, digits = 12, trim = TRUE), "grouped.csv", row.names = FALSE, quote = FALSE)
