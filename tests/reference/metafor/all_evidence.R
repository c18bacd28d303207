# Reference values of maximum likelihood from R's metafor for tests/analysis/test_all_evidence.py:
# estimates alone are what rma(method = "ML") pools.
#   Rscript all_evidence.R        (metafor, jsonlite; writes all_evidence.json beside this script)
suppressMessages(library(metafor))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
d <- jsonlite::fromJSON(file.path(here, "effects.json"))$pooling
two <- jsonlite::fromJSON(file.path(here, "reml_two_maxima.json"))
d$two_maxima <- list(yi = two$yi, sei = two$sei)
out <- lapply(d, function(x) {
  # rma's own iteration stays at tau2 = 0 in one set (it warns); the maximum of its likelihood over all tau2 is taken
  at <- function(tau2) rma(x$yi, sei = x$sei, method = "ML", tau2 = tau2)
  height <- function(tau2) as.numeric(logLik(at(tau2)))
  grid <- c(0, exp(seq(log(1e-6), log(1e6), length.out = 400)))
  best <- which.max(sapply(grid, height))
  tau2 <- optimize(height, grid[c(max(best - 1, 1), min(best + 1, 401))], maximum = TRUE, tol = 1e-13)$maximum
  if (height(0) >= height(tau2)) tau2 <- 0
  list(yi = x$yi, sei = x$sei, estimate = as.numeric(at(tau2)$beta), tau2 = tau2)
})
jsonlite::write_json(out, file.path(here, "all_evidence.json"), auto_unbox = TRUE, digits = 12, pretty = TRUE)
