"""How much of what takes long is run: all of it, or a sample with IRCC_THOROUGH=0, as ``make test`` sets it by itself."""

import os
from collections.abc import Sequence

THOROUGH = os.environ.get("IRCC_THOROUGH", "1") not in ("", "0")


def sample(many: Sequence, size: int) -> Sequence:
    """All of them where the run is thorough, else about `size`, evenly from first to last."""
    return many if THOROUGH or len(many) <= size else many[:: -(-len(many) // size)]
