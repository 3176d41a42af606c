"""Text in another format than a CSV, and what reads it."""

import re

__all__ = ["SAVE_AS", "sentence_on_format"]

SAVE_AS = "Save or export the table as CSV and load that."

_MARKUP = re.compile(rb"<(!doctype|!--|\?xml|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_PAGE = re.compile(rb"<(!doctype|\?xml|html)", re.IGNORECASE)
_JSON = re.compile(rb'(\{\s*("|\})|\[\s*(\{|\[))')
# Comments of ARFF and SQL may precede the first word.
_ARFF = re.compile(rb"(\s*%[^\n]*\n|\s+)*@relation\b", re.IGNORECASE)
_SQL = re.compile(
    rb"(\s*--[^\n]*\n|\s*/\*.*?\*/|\s+)*"
    rb"(insert\s+into|create\s+table|drop\s+table)\s[^,;\t|]*[(;]",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_SPARSE_ROW = re.compile(
    rb"(%b(?:,%b)*)(?: +qid:[0-9]+)?((?: +[0-9]+:%b)*)\s*(#.*)?" % ((_NUMBER,) * 3)
)
# Two numbers of a time of day are joined by a colon, too.
_CLOCK = re.compile(rb"[0-9]{1,2}:[0-5][0-9]")
_LINES_JUDGED = 20


def sentence_on_format(head: bytes) -> str:
    """Return one sentence on the format and what reads it, or "" for other text.

    Parameters
    ----------
    head : bytes
        The beginning of a text in UTF-8, without blank lines above it.
    """
    if _MARKUP.match(head) and (_PAGE.match(head) or _is_mostly_tags(head)):
        return f"This is a page of HTML or XML, not a CSV. {SAVE_AS}"
    if _JSON.match(head):
        return f"This is JSON, not a CSV. {SAVE_AS}"
    if _ARFF.match(head):
        return (
            "This is an ARFF file, not a CSV. Read it with scipy.io.arff.loadarff, or "
            "save the table as CSV and load that."
        )
    if head.startswith(b"%%MatrixMarket"):
        return (
            "This is a Matrix Market file, not a CSV. Read it with scipy.io.mmread, or "
            "save the table as CSV and load that."
        )
    if _is_sparse(head):
        return (
            "This is in the format of libsvm (index:value), not a CSV. Read it with "
            "sklearn.datasets.load_svmlight_file, or save the table as CSV and load "
            "that."
        )
    if _SQL.match(head):
        return f"This is a script in SQL, not a CSV. {SAVE_AS}"
    return ""


def _is_mostly_tags(head: bytes) -> bool:
    """Return whether this is a page and not a table with tags in its first column."""
    lines = [line for line in head.splitlines() if line.strip()]
    return sum(line.lstrip().startswith(b"<") for line in lines) > len(lines) / 2


def _is_sparse(head: bytes) -> bool:
    """Return whether each row is a label and ascending pairs of index and value."""
    lines = [line.strip() for line in head.split(b"\n")[: _LINES_JUDGED + 1]]
    if len(lines) > 1:
        lines = lines[:-1]  # the last one may be cut
    rows = [_SPARSE_ROW.fullmatch(line) for line in lines if line and line[:1] != b"#"]
    if not rows or not all(rows):
        return False
    pairs = [row[2].split() for row in rows]
    indices = [[int(pair.partition(b":")[0]) for pair in row] for row in pairs]
    if any(row != sorted(set(row)) for row in indices):
        return False
    return any(not _CLOCK.fullmatch(pair) for row in pairs for pair in row)
