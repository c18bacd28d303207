"""The international registry on CIK cells (IRCC): load it, analyse it, show it.

A namespace per chapter holds that chapter's numbers and its pictures, `meta` the methods of meta-analysis.
Names are imported when they are first used, so that ``import ircc_lib`` costs next to nothing;
``__init__.pyi`` says where each lives.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
