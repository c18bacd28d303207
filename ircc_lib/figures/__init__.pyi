from . import chapters as chapters
from . import display as display
