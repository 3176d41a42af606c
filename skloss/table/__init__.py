"""Tables: read a CSV file, say what its columns are, and turn rows into numbers."""

from skloss.table.columns import propose_roles, propose_target, split_target
from skloss.table.preprocessing import make_preprocessor
from skloss.table.reading import read_table
from skloss.table.sniff import TableError

__all__ = [
    "TableError",
    "make_preprocessor",
    "propose_roles",
    "propose_target",
    "read_table",
    "split_target",
]
