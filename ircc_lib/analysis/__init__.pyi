from . import claims as claims
from . import counts as counts
from . import effects as effects
from . import meta as meta
from . import outcomes as outcomes
from . import time_to_event as time_to_event
