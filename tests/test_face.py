"""Every function that `dir(ircc_lib)` leads to: a wrong type or a table without its columns ends in one sentence."""

import inspect
import re
import types
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import ircc_lib as ircc

NAMESPACES = [name for name in dir(ircc) if isinstance(getattr(ircc, name), types.ModuleType)]
WRONG = [None, 3, "no such thing", [], pd.DataFrame(), pd.DataFrame({"other": [1]}), object(), float("nan"), [object()]]


def functions(of: str) -> dict:
    """The public functions at the top (``ircc``) or of a namespace, by name."""
    found = ircc if of == "ircc" else getattr(ircc, of)
    names = {name: getattr(found, name) for name in dir(found) if not name.startswith("_")}
    return {name: one for name, one in names.items() if inspect.isfunction(one)}


@pytest.fixture(scope="module")
def first(reg):
    return reg.edition("first")


def right(parameter: inspect.Parameter, first) -> object:
    """Something of the right type; what it holds may be wrong."""
    said = str(parameter.annotation)
    return first if "Registry" in said else "OS" if said == "str" else pd.DataFrame() if "Frame" in said else [1.0, 2.0]


def taken(function, wrong: str, value, first) -> dict:
    given = {wrong: value}
    for name, one in inspect.signature(function).parameters.items():
        if name != wrong and one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY):
            given[name] = right(one, first)
    return given


@pytest.mark.parametrize("of", ["ircc", *NAMESPACES])
def test_a_wrong_argument_ends_in_a_sentence_that_names_it(of, first):
    asked = functions(of)
    for name, function in asked.items():
        for wrong, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            for value in WRONG:
                given = taken(function, wrong, value, first)
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        function(**given)
                except FileNotFoundError as refused:  # a folder that is not there
                    assert value == "no such thing" and value in str(refused)
                except (TypeError, ValueError) as refused:
                    where, said = f"{of}.{name}({wrong}={value!r})", str(refused)
                    assert any(re.search(rf"\b{argument}\b", said) for argument in given), f"{where}: {said}"
                    assert "\n" not in said and len(said) < 500, f"{where}: {said}"
                    assert not isinstance(refused, (UnicodeError, np.linalg.LinAlgError)), f"{where}: {said}"
        plt.close("all")


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_namespace_shows_at_most_fifteen_names_and_none_of_its_files(namespace):
    shown = [name for name in dir(getattr(ircc, namespace)) if not name.startswith("_")]
    assert 0 < len(shown) <= 15
    own = namespace == "display"  # offers a module of columns
    assert own or not any(inspect.ismodule(getattr(getattr(ircc, namespace), name)) for name in shown)


def test_the_functions_are_reached():
    assert len(NAMESPACES) > 15 and sum(len(functions(of)) for of in ("ircc", *NAMESPACES)) > 150


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda reg: ircc.log_hazard_ratios(3), "reg: a Registry as load_registry() gives it is needed, found int"),
        (lambda reg: ircc.load_registry(5), "raw_dir: text or a path is needed, found int"),
        (lambda reg: ircc.log_hazard_ratios(reg, "survival"), "endpoint: 'survival' is none of the registry's"),
        (lambda reg: ircc.log_hazard_ratios(reg, rungs=3), "rungs: a list of whole numbers is needed, found int"),
        (lambda reg: ircc.counts.growth(reg.trials), "reg: a Registry .* found DataFrame"),
        (lambda reg: ircc.trials.label(None), "trial_id: text is needed, found None"),
        (lambda reg: ircc.survival.pseudo_curves(pd.DataFrame()), "cohort: .*"),
    ],
)
def test_what_is_said(first, call, said):
    with pytest.raises((TypeError, ValueError), match=said.replace("(", r"\(").replace(")", r"\)")):
        call(first)


def test_a_function_of_the_face_keeps_its_name_words_and_place():
    assert ircc.log_hazard_ratios.__module__ == "ircc_lib.analysis.effects.effects"
    assert inspect.getdoc(ircc.pool) and "yi" in inspect.signature(ircc.pool).parameters
    assert ircc.counts.growth is ircc.counts.growth and ircc.pool is ircc.pool
