from . import column as column
from .column import Column as Column
from .figure import Figure as Figure
from .sentence import cite as cite
from .sentence import prose as prose
from .table import Table as Table
