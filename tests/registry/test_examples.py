"""The examples in the registry's docstrings do what they say."""

import doctest
import importlib
import pkgutil

import pytest

import ircc_lib.registry

MODULES = [module.name for module in pkgutil.walk_packages(ircc_lib.registry.__path__, "ircc_lib.registry.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
