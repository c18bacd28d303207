"""A package per chapter: its figures, tables and sentences, and beside them the numbers they show."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
