from . import column as column
from .column import Column as Column
from .exhibit import Exhibit as Exhibit
from .exhibit import Table as Table
from .exhibit import cite as cite
from .exhibit import prose as prose
