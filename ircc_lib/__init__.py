"""The international registry on CIK cells (IRCC): load it, analyse it, show it.

A namespace per chapter holds that chapter's numbers and its pictures, `meta` the methods of meta-analysis.
Names are imported when they are first used, so that ``import ircc_lib`` costs next to nothing;
``__init__.pyi`` says where each lives. Each function asks what it is given, see `ircc_lib.face`.
"""

import lazy_loader

_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    found = _find(name)
    if not name.startswith("_"):
        from ircc_lib.face import asking

        globals()[name] = found = asking(found)
    return found
