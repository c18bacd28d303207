"""What the trials say: methods that know no registry (`meta`, `time_to_event`), and questions to it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
