"""The exception for a source that is not a table."""

__all__ = ["TableError"]


class TableError(ValueError):
    r"""A table that cannot be read or used.

    The message is one or two sentences on what is wrong and what to do, and can be
    shown to a person unchanged. It may quote column names and cells, which are
    untrusted text.

    Examples
    --------
    >>> from skloss.table import TableError, read_table
    >>> try:
    ...     read_table(b"a,b\n1,2,3\n")
    ... except TableError as error:
    ...     print(str(error).split(". ")[0])
    Row 2 has 3 values where the header has 2
    """
