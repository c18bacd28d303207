"""The examples in the library's docstrings are tests; they share one reading of the registry."""

import pytest
from _pytest.doctest import DoctestItem


@pytest.fixture(scope="session")
def _read_once():
    import ircc_lib

    found = []

    def load_registry(raw_dir="data/raw"):
        from ircc_lib.registry import store

        if raw_dir != "data/raw":
            return store.load_registry(raw_dir)
        if not found:
            found.append(store.load_registry())
        return found[0]

    return ircc_lib, load_registry


@pytest.fixture(autouse=True)
def _registry_of_examples(request, monkeypatch):
    if isinstance(request.node, DoctestItem):
        library, load_registry = request.getfixturevalue("_read_once")
        monkeypatch.setattr(library, "load_registry", load_registry, raising=False)
