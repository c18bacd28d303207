"""Each public name explains itself to a reader and to the tools that render it."""

import inspect

import pytest
from numpydoc.validate import validate

import ircc_lib as ircc

NOT_ASKED = {
    "ES01": "a summary may say all",
    "SA01": "what belongs together stands in one namespace",
    "SS05": "takes a plural, such as Trials or Responses, for a verb",
    "RT04": "a list of columns begins with a column's name",
    "EX01": "figures are shown by their notebooks",
}
OF_A_CLASS = {"PR01": "a record's fields are its attributes"}


def public_names() -> dict[str, object]:
    found = {}
    for name in dir(ircc):
        here = getattr(ircc, name)
        for one in [getattr(here, public) for public in here.__all__] if inspect.ismodule(here) else [here]:
            if callable(one):
                found[f"{one.__module__}.{one.__qualname__}"] = one
    return found


NAMES = public_names()


@pytest.mark.parametrize("place", sorted(NAMES))
def test_numpydoc_accepts_the_docstring_of(place):
    off = NOT_ASKED | (OF_A_CLASS if inspect.isclass(NAMES[place]) else {})
    wrong = [f"{code}: {why}" for code, why in validate(place)["errors"] if code not in off]
    assert not wrong
