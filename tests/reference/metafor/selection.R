# Reference values of selection models from R's metafor for tests/analysis/test_selection.py.
#   Rscript selection.R        (metafor, jsonlite; writes selection.json beside this script)
# Effects are log hazard ratios, below 0 in favour: alternative = "less", one step at a one-sided p of 0.025;
# Vevea and Woods' (2005) one-tailed weights, moderate and severe, as metafor's help page prints them.
suppressMessages(library(metafor))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
d <- jsonlite::fromJSON(file.path(here, "effects.json"))$pooling
steps <- c(0.005, 0.01, 0.05, 0.10, 0.25, 0.35, 0.50, 0.65, 0.75, 0.90, 0.95, 0.99, 0.995, 1)
moderate <- c(1, 0.99, 0.95, 0.80, 0.75, 0.65, 0.60, 0.55, 0.50, 0.50, 0.50, 0.50, 0.50, 0.50)
severe <- c(1, 0.99, 0.90, 0.75, 0.60, 0.50, 0.40, 0.35, 0.30, 0.25, 0.10, 0.10, 0.10, 0.10)
set.seed(4)
selected <- local({ # small trials without significance published one time in four
  sei <- round(runif(120, 0.1, 0.6), 4); yi <- round(rnorm(120, -0.3, sqrt(sei^2 + 0.04)), 4)
  keep <- pnorm(yi / sei) < 0.025 | runif(120) < 0.25
  data.frame(yi = yi[keep], sei = sei[keep])
})
sets <- list(selected = selected, trials40 = data.frame(d$trials40[c("yi", "sei")]), bcg = data.frame(d$bcg[c("yi", "sei")]))
one <- function(fit) list(estimate = as.numeric(fit$beta), se = fit$se[1], ci_low = fit$ci.lb[1], ci_high = fit$ci.ub[1],
  p_value = fit$pval[1], tau2 = fit$tau2)
out <- lapply(sets, function(x) {
  ml <- rma(yi, sei = sei, data = x, method = "ML", control = list(threshold = 1e-12, maxiter = 10000))
  step <- selmodel(ml, type = "stepfun", steps = 0.025, alternative = "less")
  list(yi = x$yi, sei = x$sei, ml = c(one(ml)),
    step = c(one(step), list(delta = step$delta[2], delta_p = step$LRTp)),
    moderate = one(selmodel(ml, type = "stepfun", steps = steps, delta = moderate, alternative = "less")),
    severe = one(selmodel(ml, type = "stepfun", steps = steps, delta = severe, alternative = "less")))
})
jsonlite::write_json(out, file.path(here, "selection.json"), auto_unbox = TRUE, digits = 12, pretty = TRUE)
