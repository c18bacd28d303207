"""How it looks: pieces that carry their own words, and a package per chapter that composes them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
