"""What is raised for a source that is not a table."""


class TableError(ValueError):
    """The source is not a table that can be used; the message is one sentence or two.

    It says what is wrong and what to do about it, and can be shown to a person as
    it is. It may quote column names and cells, which are untrusted text.
    """
