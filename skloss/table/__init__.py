r"""From the bytes of a CSV to a table with roles, and on to an array of numbers.

`read_table` reads any dialect and reports what it guessed, `propose_target` and
`propose_roles` propose what the columns are for, `split_target` returns X and y, and
`make_preprocessor` returns the scikit-learn transformer from X to numbers.

Examples
--------
>>> from skloss import table
>>> frame = table.read_table(b"size,town,price\n50,Ulm,9\n80,Bonn,12\n55,Ulm,\n")
>>> X, y, notices = table.split_target(frame, table.propose_target(frame))
>>> notices
['1 row without a value of “price” is left out.']
>>> table.make_preprocessor(X).fit_transform(X).shape
(2, 3)
"""

from skloss.table.columns import propose_roles, split_target
from skloss.table.errors import TableError
from skloss.table.new_rows import match_rows
from skloss.table.preprocessing import make_preprocessor
from skloss.table.reading import read_table
from skloss.table.target_guess import propose_target
from skloss.table.writing import write_csv

__all__ = [
    "TableError",
    "make_preprocessor",
    "match_rows",
    "propose_roles",
    "propose_target",
    "read_table",
    "split_target",
    "write_csv",
]
