// Random-effects meta-analysis in the reader's browser: REML, Hartung-Knapp's interval that is never
// narrower than Wald's (Röver, Knapp & Friede 2015, doi:10.1186/s12874-015-0091-1), prediction interval.
// The same numbers as ircc.pool in Python; a test compares them.
"use strict";
window.IRCC_META = (() => {
  const GRID = 200, STEPS = 200;

  function sum(values) { return values.reduce((total, value) => total + value, 0); }

  function weighted(y, v, tau2) {
    const w = v.map(one => 1 / (one + tau2)), total = sum(w);
    const mean = sum(w.map((one, i) => one * y[i])) / total;
    return { w, total, mean };
  }

  // The restricted log-likelihood of the variance between trials, without its constant, and its slope.
  function likelihood(y, v, tau2) {
    const { w, total, mean } = weighted(y, v, tau2);
    return 0.5 * sum(w.map(Math.log)) - 0.5 * Math.log(total) - 0.5 * sum(w.map((one, i) => one * (y[i] - mean) ** 2));
  }

  function slope(y, v, tau2) {
    const { w, total, mean } = weighted(y, v, tau2);
    const squares = sum(w.map(one => one * one));
    return 0.5 * (sum(w.map((one, i) => (one * (y[i] - mean)) ** 2)) - total + squares / total);
  }

  // It can have more than one maximum: the highest point of a grid decides about which one to search.
  function reml(y, v) {
    const middle = sum(y) / y.length;
    const scale = (sum(y.map(one => (one - middle) ** 2)) + sum(v)) / y.length;
    const grid = [0];
    for (let i = 0; i <= GRID; i += 1) grid.push(scale * 1e-5 * (4e5) ** (i / GRID));
    const heights = grid.map(tau2 => likelihood(y, v, tau2));
    const best = heights.indexOf(Math.max(...heights));
    let low = grid[Math.max(best - 1, 0)], high = grid[Math.min(best + 1, grid.length - 1)];
    if (best === 0 && slope(y, v, 0) <= 0) return 0;
    for (let i = 0; i < STEPS; i += 1) {
      const half = (low + high) / 2;
      if (slope(y, v, half) > 0) low = half; else high = half;
    }
    return (low + high) / 2;
  }

  // Lanczos' approximation of the logarithm of the gamma function.
  function logGamma(x) {
    const c = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
      12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
    const at = x - 1, t = at + 7.5;
    const series = c.reduce((total, one, i) => total + one / (at + i + 1), 0.99999999999980993);
    return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(series);
  }

  // The regularised incomplete beta function by its continued fraction (Lentz's method).
  function beta(x, a, b) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
    const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
    const tiny = 1e-300;
    let c = 1, d = 1 / (1 - (a + b) * x / (a + 1) || tiny), f = d;
    for (let m = 1; m < 500; m += 1) {
      for (const n of [m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))]) {
        d = 1 / (1 + n * d || tiny);
        c = 1 + n / c || tiny;
        f *= c * d;
      }
      if (Math.abs(c * d - 1) < 1e-16) break;
    }
    return front * f;
  }

  function twoSidedT(t, df) { return beta(df / (df + t * t), df / 2, 0.5); }

  // The value that t exceeds, either way, with probability alpha.
  function tQuantile(alpha, df) {
    let low = 0, high = 1;
    while (twoSidedT(high, df) > alpha) high *= 2;
    for (let i = 0; i < STEPS; i += 1) {
      const half = (low + high) / 2;
      if (twoSidedT(half, df) > alpha) low = half; else high = half;
    }
    return (low + high) / 2;
  }

  // Pool log hazard ratios: two trials or more; intervals of 95 %.
  function pool(effects, errors) {
    const k = effects.length, v = errors.map(one => one * one), tau2 = reml(effects, v);
    const { w, total, mean } = weighted(effects, v, tau2);
    const spread = sum(w.map((one, i) => one * (effects[i] - mean) ** 2)) / (k - 1);
    const se = Math.sqrt(Math.max(1, spread) / total), t = tQuantile(0.05, k - 1);
    const common = weighted(effects, v, 0);
    const squares = sum(common.w.map(one => one * one));
    const typical = (k - 1) / (common.total - squares / common.total);
    const reach = t * Math.sqrt(tau2 + se * se);
    return {
      k, tau2, se, estimate: mean, low: mean - t * se, high: mean + t * se,
      predictionLow: mean - reach, predictionHigh: mean + reach,
      p: twoSidedT(Math.abs(mean / se), k - 1),
      i2: 100 * tau2 / (tau2 + typical),
      weights: w.map(one => 100 * one / total),
    };
  }

  // Patients alive per 1,000 beside the control's, where `control` (0 to 1) of those are alive.
  function morePerThousand(ratio, control) { return 1000 * (control ** ratio - control); }

  return { pool, tQuantile, twoSidedT, morePerThousand };
})();
