"""Why trials differ: meta-regression on their characteristics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ircc_lib.analysis.meta.estimators import between_variance, fit
from ircc_lib.analysis.meta.pooling import check_options, checked_effects, heterogeneity, quantile
from ircc_lib.analysis.readable import Readable
from ircc_lib.text import p_text, with_interval


@dataclass(frozen=True, kw_only=True, repr=False)
class MetaRegression(Readable):
    """Coefficients of trial characteristics, and what they leave unexplained.

    coefficients : one row per coefficient: name, estimate, se, ci_low, ci_high, p_value
    tau2, i2 : residual variance between trials, and its share in percent
    q, q_p_value : residual heterogeneity
    qm, qm_df, qm_p_value : test of all coefficients but the intercept (chi-square, or F with
        ``qm_df`` under Knapp-Hartung)
    r2 : percent of the variance between trials that the model explains, floored at 0; NaN for
        the common-effect method or where there was none to explain
    """

    coefficients: pd.DataFrame
    k: int
    tau2: float
    i2: float
    q: float
    q_df: int
    q_p_value: float
    qm: float
    qm_df: tuple[int, int | None]
    qm_p_value: float
    r2: float
    method: str
    knha: bool | str

    def _rows(self) -> list[tuple[str, str]]:
        rows = [
            (
                str(row["name"]),
                f"{with_interval(row['estimate'], row['ci_low'], row['ci_high'], '{:.3g}'.format)}, {p_text(row['p_value'])}",
            )
            for row in self.coefficients.to_dict("records")
        ]
        explained = "" if math.isnan(self.r2) else f"; {self.r2:.0f} % of the variance between trials is explained"
        return [
            *rows,
            ("all but the intercept", p_text(self.qm_p_value)),
            ("trials", str(self.k)),
            ("left between trials", f"τ² = {self.tau2:.3f}, I² = {self.i2:.0f} %{explained}"),
            ("method", f"{self.method}; coefficients on the scale of the effects, with 95 % intervals"),
        ]


def meta_regression(
    yi: ArrayLike,
    sei: ArrayLike,
    moderators: pd.DataFrame,
    *,
    method: str = "REML",
    knha: bool | str = "adhoc",
    alpha: float = 0.05,
) -> MetaRegression:
    """Regress effects on trial characteristics, as metafor's ``rma(mods=)``.

    Parameters
    ----------
    yi, sei : array_like, shape (k,)
        Effects and standard errors.
    moderators : DataFrame of k rows; numeric columns enter as they are, others as indicators
        Against their first level in alphabetical order.
    method, knha, alpha : str
        As for `pool`.

    Returns
    -------
    MetaRegression
        Coefficients with intervals, the rest of the variance between trials, and the joint test.

    Raises
    ------
    ValueError
        as `pool`, and if a value is missing, there are no more trials than coefficients, or
        the characteristics cannot be told apart

    Notes
    -----
    Associations between trials, not effects within them: trials differ in more than the
    characteristic named. R2 after Raudenbush (2009, in The Handbook of Research Synthesis).

    Examples
    --------
    >>> fitted = meta_regression([-0.5, -0.3, 0.0, 0.1], [0.1] * 4, pd.DataFrame({"year": [1, 2, 3, 4]}))
    >>> fitted.coefficients["estimate"].round(2).tolist()
    [-0.7, 0.21]
    """
    y, s = checked_effects(yi, sei)
    check_options(method, alpha, "metafor", knha)
    design = design_matrix(moderators, y.size)
    x, v = design.to_numpy(dtype=float), s**2
    model = fit(y[:, None], v[:, None], x, method=method, knha=knha)
    beta, cov, tau2 = model.beta[:, 0], model.cov[:, :, 0], float(model.tau2[0])
    se = np.sqrt(np.diagonal(cov))
    reach, z = quantile(model.df, alpha) * se, np.abs(beta / se)
    p = 2 * (stats.norm.sf(z) if model.df is None else stats.t.sf(z, model.df))
    table = pd.DataFrame(
        {
            "name": design.columns,
            "estimate": beta,
            "se": se,
            "ci_low": beta - reach,
            "ci_high": beta + reach,
            "p_value": p,
        }
    )
    spread = heterogeneity(y, v, x, tau2, method)
    return MetaRegression(
        coefficients=table,
        k=y.size,
        tau2=tau2,
        i2=spread["i2"],
        q=spread["q"],
        q_df=spread["q_df"],
        q_p_value=spread["q_p_value"],
        **_joint_test(beta[1:], cov[1:, 1:], model.df),
        r2=_explained(y, v, tau2, method),
        method=method,
        knha=knha,
    )


def design_matrix(moderators: pd.DataFrame, k: int) -> pd.DataFrame:
    """Intercept, numbers as they are, and an indicator for each further level of a category."""
    if not isinstance(moderators, (pd.DataFrame, dict)):
        raise TypeError(f"moderators: a DataFrame is needed, found {type(moderators).__name__}")
    try:
        table = pd.DataFrame(moderators).reset_index(drop=True)
    except ValueError:
        raise ValueError("moderators: the characteristics are not of one length") from None
    if len(table) != k:
        raise ValueError(f"moderators: {k} trials but {len(table)} rows of moderators were given")
    missing = table.columns[table.isna().any()]
    if len(missing):
        row = int(np.flatnonzero(table[missing[0]].isna())[0]) + 1
        raise ValueError(f"moderators: trial {row} has no {missing[0]}; leave such trials out first")
    columns = {"intercept": np.ones(k)}
    for name, values in table.items():
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns[str(name)] = values.to_numpy(dtype=float)
            continue
        for level in sorted(values.astype(str).unique())[1:]:
            columns[f"{name}: {level}"] = (values.astype(str) == level).to_numpy(dtype=float)
    design = pd.DataFrame(columns)
    if k <= design.shape[1]:
        raise ValueError(f"moderators: {k} trials cannot carry {design.shape[1]} coefficients; more trials are needed")
    scaled = design / design.abs().max().replace(0, 1)
    if np.linalg.matrix_rank(scaled.to_numpy()) < design.shape[1]:
        raise ValueError("the moderators cannot be told apart: one does not vary, or follows from the others")
    return design


def _joint_test(beta: np.ndarray, cov: np.ndarray, df: int | None) -> dict[str, Any]:
    if not beta.size:
        return {"qm": np.nan, "qm_df": (0, df), "qm_p_value": np.nan}
    q = float(beta @ np.linalg.solve(cov, beta))
    if df is None:
        return {"qm": q, "qm_df": (beta.size, None), "qm_p_value": float(stats.chi2.sf(q, beta.size))}
    f = q / beta.size
    return {"qm": f, "qm_df": (beta.size, df), "qm_p_value": float(stats.f.sf(f, beta.size, df))}


def _explained(y: np.ndarray, v: np.ndarray, residual: float, method: str) -> float:
    if method == "FE":
        return np.nan
    total = float(between_variance(y[:, None], v[:, None], np.ones((y.size, 1)), method=method)[0])
    return max(0.0, 100 * (total - residual) / total) if total > 0 else np.nan
