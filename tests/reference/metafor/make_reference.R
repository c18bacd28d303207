# Reference values from R's metafor for tests/analysis/test_pool*.py and its neighbours.
#   Rscript make_reference.R        (metafor, metadat, lme4, jsonlite; Debian's packages will do)
# Writes effects.json, proportions.json and tables.json beside this script.
#
# metafor's iterations stop early by default (REML when tau2 moves by less than 1e-5, PM within
# 1.2e-4 of the root); the references are run to convergence, the defaults are kept beside them
# under "default" so that the README can say how far they are.
suppressMessages(library(metafor))
options(warn = -1) # metafor warns of Knapp-Hartung in common-effect models; it is what is asked here
here <- function() {
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  if (length(file)) dirname(file) else "."
}
tight <- list(threshold = 1e-12, tol = 1e-13, maxiter = 10000, tau2.max = 1e6)

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
set.seed(20201)
trials40 <- data.frame(sei = round(runif(40, 0.08, 0.6), 4))
trials40$yi <- round(rnorm(40, -0.35, sqrt(0.09 + trials40$sei^2)), 4)
sets <- list(
  bcg = data.frame(yi = as.numeric(bcg$yi), sei = sqrt(as.numeric(bcg$vi))),
  two = data.frame(yi = c(-0.62, -0.11), sei = c(0.21, 0.17)),
  two_homogeneous = data.frame(yi = c(-0.40, -0.38), sei = c(0.30, 0.25)),
  three = data.frame(yi = c(-0.90, -0.20, 0.15), sei = c(0.25, 0.14, 0.40)),
  homogeneous = data.frame(yi = c(-0.31, -0.28, -0.33, -0.30, -0.29, -0.27), sei = c(.2, .15, .3, .25, .12, .4)),
  extreme = data.frame(yi = c(-3.1, 2.2, -0.4, 4.0, -5.2, 0.7, 1.9), sei = c(.05, .08, .04, .11, .09, .02, .06)),
  alike_errors = data.frame(yi = c(-.7, -.2, -.5, .1, -.9, -.3), sei = c(.2, .2000001, .1999999, .2, .2000002, .2)),
  one_dominates = data.frame(yi = c(-0.05, -0.9, -0.4, -1.2, 0.3), sei = c(0.01, 0.5, 0.6, 0.45, 0.7)),
  hundredfold = data.frame(yi = 100 * c(-.9, -.2, .15, -.6, -.35), sei = 100 * c(.25, .14, .4, .2, .31)),
  trials40 = trials40[c("yi", "sei")])

numbers <- function(fit) {
  out <- lapply(list(estimate = fit$beta[1], se = fit$se[1], ci_low = fit$ci.lb[1], ci_high = fit$ci.ub[1],
    p_value = fit$pval[1], tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2, q = fit$QE, q_p_value = fit$QEp), as.numeric)
  pr <- predict(fit)
  out$pi_low <- as.numeric(pr$pi.lb); out$pi_high <- as.numeric(pr$pi.ub)
  pr <- predict(fit, pi.type = "riley")
  out$higgins_low <- as.numeric(pr$pi.lb); out$higgins_high <- as.numeric(pr$pi.ub)
  out
}
pooled <- function(d, method, test) {
  control <- if (method == "REML") tight[c("threshold", "maxiter")] else if (method == "PM") tight[c("tol", "maxiter", "tau2.max")] else list()
  fit <- rma(yi, sei = sei, data = d, method = method, test = test, control = control)
  out <- numbers(fit)
  if (method != "FE") {
    ci <- suppressWarnings(confint(fit, control = list(tol = 1e-13, maxiter = 10000, tau2.max = 1e6)))$random
    out$tau2_ci_low <- as.numeric(ci["tau^2", "ci.lb"]); out$tau2_ci_high <- as.numeric(ci["tau^2", "ci.ub"])
  }
  default <- try(rma(yi, sei = sei, data = d, method = method, test = test), silent = TRUE)
  if (!inherits(default, "try-error")) out$default <- list(estimate = as.numeric(default$beta), se = default$se, tau2 = default$tau2)
  out
}
pooling <- lapply(sets, function(d) {
  grid <- expand.grid(method = c("FE", "DL", "REML", "PM"), test = c("z", "knha", "adhoc"), stringsAsFactors = FALSE)
  fits <- Map(function(m, t) c(list(method = m, test = t), pooled(d, m, t)), grid$method, grid$test)
  list(yi = d$yi, sei = d$sei, fits = unname(fits))
})

# meta-regression, subgroups -------------------------------------------------------------
regressions <- list()
moderators <- data.frame(sets$bcg, ablat = dat.bcg$ablat, year = dat.bcg$year, alloc = dat.bcg$alloc)
for (test in c("z", "knha")) for (method in c("FE", "DL", "REML", "PM")) for (form in c("~ ablat", "~ alloc", "~ ablat + alloc")) {
  control <- if (method == "REML") tight[c("threshold", "maxiter")] else if (method == "PM") tight[c("tol", "maxiter")] else list()
  fit <- rma(yi, sei = sei, mods = as.formula(form), data = moderators, method = method, test = test, control = control)
  regressions[[length(regressions) + 1]] <- list(method = method, test = test, formula = form,
    names = rownames(fit$beta), estimate = as.numeric(fit$beta), se = fit$se, ci_low = fit$ci.lb, ci_high = fit$ci.ub, p_value = fit$pval,
    tau2 = fit$tau2, i2 = fit$I2, q = fit$QE, q_p_value = fit$QEp, qm = fit$QM, qm_p_value = fit$QMp,
    r2 = if (is.null(fit$R2)) NA else fit$R2)
}
# Between-group test of separate fits, as meta's subgroup analysis and Borenstein (2009, ch. 19) do.
separate <- function(method, test) {
  fits <- lapply(split(moderators, moderators$alloc), function(d) rma(yi, sei = sei, data = d, method = method, test = test,
    control = if (method == "REML") tight[c("threshold", "maxiter")] else list()))
  b <- sapply(fits, function(f) f$beta[1]); s <- sapply(fits, function(f) f$se)
  between <- rma(b, sei = s, method = "FE")
  list(method = method, test = test, group = names(fits), estimate = as.numeric(b), se = as.numeric(s),
    k = as.numeric(sapply(fits, function(f) f$k)), q_between = between$QE, q_between_p = between$QEp)
}
subgroup <- list(separate("REML", "z"), separate("REML", "knha"), separate("DL", "z"), separate("FE", "z"))

# sensitivity ------------------------------------------------------------------------------
loo <- function(d, method, test) {
  fit <- rma(yi, sei = sei, data = d, method = method, test = test,
    control = if (method == "REML") tight[c("threshold", "maxiter")] else list())
  left <- leave1out(fit); inf <- suppressWarnings(influence(fit))
  list(method = method, test = test, left = unclass(left)[c("estimate", "se", "ci.lb", "ci.ub", "pval", "tau2", "I2", "Q")],
    influence = c(unclass(inf$inf)[c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")],
                  list(dfbs = inf$dfbs$intrcpt, influential = as.logical(inf$is.infl))))
}
cumulated <- function(d, method, test) {
  fit <- rma(yi, sei = sei, data = d, method = method, test = test,
    control = if (method == "REML") tight[c("threshold", "maxiter")] else list())
  c(list(method = method, test = test), unclass(suppressWarnings(cumul(fit)))[c("estimate", "se", "ci.lb", "ci.ub", "pvals", "tau2")])
}
sensitivity <- lapply(sets[c("bcg", "trials40", "extreme")], function(d) list(
  leave_one_out = list(loo(d, "REML", "z"), loo(d, "REML", "knha"), loo(d, "DL", "z"), loo(d, "FE", "z")),
  cumulative = list(cumulated(d, "REML", "z"), cumulated(d, "DL", "z"), cumulated(d, "REML", "knha"))))

# small-study effects -------------------------------------------------------------------------
bias <- lapply(sets[c("bcg", "three", "trials40", "one_dominates", "alike_errors")], function(d) {
  egger <- regtest(d$yi, sei = d$sei, model = "lm")
  out <- list(egger = list(t = egger$zval, p_value = egger$pval, df = egger$ddf, limit = as.numeric(egger$est),
    limit_low = as.numeric(egger$ci.lb), limit_high = as.numeric(egger$ci.ub),
    slope = as.numeric(coef(egger$fit)[2]), slope_se = as.numeric(coef(summary(egger$fit))[2, 2])), fills = list())
  for (method in c("FE", "DL", "REML")) for (test in c("z", "knha")) for (estimator in c("L0", "R0")) for (side in c("auto", "left", "right")) {
    control <- if (method == "REML") tight[c("threshold", "maxiter")] else list()
    fit <- rma(yi, sei = sei, data = d, method = method, test = test, control = control)
    args <- c(list(fit, estimator = estimator, control = control, test = test), if (side != "auto") list(side = side))
    filled <- try(do.call(trimfill, args), silent = TRUE)
    if (inherits(filled, "try-error")) next
    out$fills[[length(out$fills) + 1]] <- list(method = method, test = test, estimator = estimator, asked = side, side = filled$side,
      k0 = filled$k0, se_k0 = filled$se.k0, estimate = as.numeric(filled$beta), se = filled$se, ci_low = filled$ci.lb, ci_high = filled$ci.ub,
      tau2 = filled$tau2, filled_yi = as.numeric(filled$yi.f[filled$fill]))
  }
  out
})

# proportions ---------------------------------------------------------------------------------
set.seed(7)
n25 <- sample(8:120, 25, TRUE)
binomials <- list(
  response = list(x = c(8, 17, 10, 25, 9, 13, 28), n = c(29, 38, 21, 30, 22, 31, 45)),
  some_zero = list(x = c(0, 2, 0, 3, 1, 0, 5), n = c(20, 31, 8, 60, 15, 30, 77)),
  many_zero = list(x = c(0, 0, 0, 0, 1, 0, 2, 0), n = c(53, 13, 30, 22, 45, 60, 36, 28)),
  some_all = list(x = c(13, 15, 30, 9, 34, 11), n = c(13, 15, 36, 9, 34, 20)),
  zero_and_all = list(x = c(0, 12, 5, 9, 3), n = c(10, 12, 11, 30, 8)),
  two = list(x = c(3, 9), n = c(20, 24)),
  two_one_zero = list(x = c(0, 9), n = c(20, 24)),
  three_homogeneous = list(x = c(10, 20, 31), n = c(20, 40, 60)),
  large = list(x = c(215, 36, 40, 610), n = c(4088, 893, 1393, 3900)),
  spread = list(x = c(1, 19, 2, 38, 12, 0, 29), n = c(40, 20, 50, 40, 25, 30, 30)),
  twentyfive = list(x = rbinom(25, n25, plogis(rnorm(25, -1.2, 0.9))), n = n25))
proportions <- lapply(binomials, function(d) {
  fit <- suppressWarnings(rma.glmm(xi = d$x, ni = d$n, measure = "PLO"))
  pr <- predict(fit)
  c(d, list(estimate = as.numeric(fit$beta), se = fit$se, ci_low = fit$ci.lb, ci_high = fit$ci.ub, tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2,
    q_lrt = fit$QE.LRT, q_lrt_p = fit$QEp.LRT, q_wald = fit$QE.Wld, q_df = fit$QE.df, pi_low = pr$pi.lb, pi_high = pr$pi.ub))
})

# two-by-two tables ------------------------------------------------------------------------------
tables <- list(
  bcg = with(dat.bcg, data.frame(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg)),
  response = data.frame(ai = c(30, 14, 28, 10, 25, 9), n1i = c(65, 45, 45, 21, 30, 22), ci = c(21, 10, 14, 15, 18, 2), n2i = c(47, 45, 45, 61, 33, 22)),
  zeros = data.frame(ai = c(1, 0, 3, 0, 2), n1i = c(25, 30, 57, 12, 20), ci = c(0, 4, 3, 0, 2), n2i = c(57, 33, 61, 14, 20)),
  all_events = data.frame(ai = c(12, 30, 9), n1i = c(12, 36, 10), ci = c(9, 14, 12), n2i = c(14, 30, 12)),
  two = data.frame(ai = c(7, 12), n1i = c(10, 30), ci = c(6, 8), n2i = c(12, 30)))
number_or_na <- function(x) if (length(x)) as.numeric(x) else NA
table_fit <- function(fit) list(estimate = number_or_na(fit$beta), se = fit$se, ci_low = fit$ci.lb, ci_high = fit$ci.ub, p_value = fit$pval,
  q = fit$QE, q_p_value = fit$QEp, i2 = fit$I2)
pooled_tables <- lapply(tables, function(d) {
  mh <- function(m) table_fit(suppressWarnings(rma.mh(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d, measure = m)))
  c(as.list(d), list(OR = mh("OR"), RR = mh("RR"), RD = mh("RD"),
    Peto = table_fit(suppressWarnings(rma.peto(ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d)))))
})

write <- function(x, name) writeLines(jsonlite::toJSON(x, digits = NA, auto_unbox = TRUE, na = "null", pretty = 1), file.path(here(), name))
made_by <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")), lme4 = as.character(packageVersion("lme4")))
write(list(made_by = made_by, pooling = pooling, moderators = as.list(moderators), regressions = regressions, subgroup = subgroup,
  sensitivity = sensitivity, bias = bias), "effects.json")
write(list(made_by = made_by, proportions = proportions), "proportions.json")
write(list(made_by = made_by, tables = pooled_tables), "tables.json")
