"""The public face asks what it is given: a wrong type or a missing column ends in one sentence that names the argument.

The annotations of a function say what each argument is. Where that can be told by its type, it is asked before the
function runs; what the statistical functions ask of their numbers stands in `ircc_lib.analysis.arguments`.
"""

from __future__ import annotations

import functools
import inspect
import numbers
import re
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_PART = re.compile(r"(?:pd\.)?(\w+)(?:\[([^|]*)\])?")
_WORDS = {
    "Registry": "a Registry as load_registry() gives it",
    "DataFrame": "a DataFrame",
    "Path": "a path",
    "str": "text",
    "bool": "True or False",
    "int": "a whole number",
    "float": "a number",
}
_LISTS = ("Iterable", "Sequence", "list", "tuple")
_ANYTHING = ("Any", "object", "ArrayLike", "Callable")


def asking(found: Any) -> Any:
    """A public name as it is handed out: functions ask, namespaces hold functions that do, all else is as it is.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.counts.growth(3)
    Traceback (most recent call last):
    TypeError: reg: a Registry as load_registry() gives it is needed, found int
    """
    if isinstance(found, FunctionType):
        return found if hasattr(found, "__wrapped__") else _asking(found)
    if isinstance(found, ModuleType) and hasattr(found, "__all__"):
        for name in found.__all__:
            own = getattr(found, name)
            if isinstance(own, FunctionType):
                setattr(found, name, asking(own))
        vars(found)["__dir__"] = lambda: list(found.__all__)  # its names, not the files that they come from
    return found


def _asking(function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    asked = {name: _kinds(one.annotation) for name, one in signature.parameters.items() if one.kind not in (2, 4)}
    asked = {name: kinds for name, kinds in asked.items() if kinds}

    @functools.wraps(function)
    def ask(*args: Any, **options: Any) -> Any:
        given = signature.bind(*args, **options).arguments
        for name, kinds in asked.items():
            if name in given and not any(_is(given[name], *kind) for kind in kinds):
                wanted = " or ".join(_words(*kind) for kind in kinds if kind[0] != "None")
                raise TypeError(f"{name}: {wanted} is needed, found {_found(given[name])}")
        try:
            return function(*args, **options)
        except (KeyError, AttributeError) as wrong:
            if (missing := _missing_column(given, str(wrong))) is None:
                raise
            raise ValueError(missing) from wrong
        except ValueError as wrong:
            tables = _tables(given)
            if len(tables) != 1 or type(wrong) is not ValueError or any(name in str(wrong) for name in given):
                raise
            raise ValueError(f"{next(iter(tables))}: {wrong}") from wrong

    return ask


def _kinds(annotation: Any) -> list[tuple[str, str]]:
    """The parts of an annotation, each with what it holds; none where it takes anything."""
    said = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "Any")
    parts = [_PART.fullmatch(part.strip()) for part in re.split(r"\|(?![^\[]*\])", said)]
    if not all(part and part[1] not in _ANYTHING for part in parts):
        return []
    return [(part[1], part[2] or "") for part in parts if part]


def _is(value: Any, kind: str, of: str) -> bool:
    if kind == "None":
        return value is None
    if kind == "bool":
        return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")
    if kind in ("int", "float"):
        return isinstance(value, numbers.Real) and not isinstance(value, bool)
    if kind in _LISTS:
        if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__") or hasattr(value, "columns"):
            return False
        one = _PART.fullmatch(of.split(",")[0].strip())
        if one is None or one[1] in _ANYTHING or one[1] in _LISTS or not hasattr(value, "__len__"):
            return True
        return all(_is(each, one[1], "") for each in value)
    if kind == "Registry" and not hasattr(value, "columns"):  # what holds tables of one will do
        from ircc_lib.registry.schema.tables import TABLES

        return any(hasattr(value, table) for table in TABLES)
    return any(base.__name__ == kind for base in type(value).__mro__)


def _words(kind: str, of: str) -> str:
    if kind in _LISTS:
        one = of.split(",")[0].strip()
        return f"a list of {dict(str='texts', int='whole numbers', float='numbers').get(one, one or 'values')}"
    return _WORDS.get(kind, f"a {kind}")


def _found(value: Any) -> str:
    return (
        repr(value)
        if value is None or isinstance(value, (bool, str)) and len(str(value)) < 40
        else type(value).__name__
    )


def _tables(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if type(value).__name__ == "DataFrame"}


def _missing_column(given: dict[str, Any], said: str) -> str | None:
    """A sentence on the argument that lacks a column which the function asked for."""
    wanted = [one or other for one, other in _NAMED.findall(said)]
    for name, table in _tables(given).items():
        lacking = [column for column in wanted if column not in table.columns and column != "DataFrame"]
        if lacking:
            shown = ", ".join(map(str, table.columns[:12])) + (", ..." if len(table.columns) > 12 else "")
            return f"{name} has no column {lacking[0]!r}, found {shown or 'no column'}"
    return None
