"""What a notebook shows, for notebooks of one's own: a table, its columns, a sentence, a link to a trial."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
