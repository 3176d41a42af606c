"""What was guessed about a table, in sentences for a person."""

from collections.abc import Sequence

from skloss.table.cleaning import Findings
from skloss.table.sniff import DecimalMark, Layout, unclear_decimal
from skloss.wording import columns, count, listed, quoted

_MARKS = {",": "a comma", ".": "a point", "'": "an apostrophe", "’": "an apostrophe"}


def of_layout(
    layout: Layout, names: Sequence[str], encoding: str, guessed: bool
) -> list[str]:
    """Return what is to be said about the encoding, the lines above and the header."""
    said = []
    if guessed and encoding in ("cp1252", "latin-1"):
        said.append(
            f"The file is not UTF-8 and was read as {encoding} (Western European); if "
            "letters look wrong, override the encoding."
        )
    if layout.skipped:
        said.append(
            f"{count(layout.skip_rows, 'line')} above the header "
            f"{'was' if layout.skip_rows == 1 else 'were'} skipped, beginning with "
            f"{quoted(layout.skipped[0])}."
        )
    if not layout.header:
        said.append("The columns are named after their place, as asked.")
        return said
    written = [name.strip() for name in layout.names]
    renamed = [
        new for old, new in zip(written, names, strict=True) if old and old != new
    ]
    unnamed = [new for old, new in zip(written, names, strict=True) if not old]
    if renamed:
        said.append(f"Names that occur more than once got a number: {listed(renamed)}.")
    if unnamed:
        said.append(f"Columns without a name are called {listed(unnamed)}.")
    return said


def of_values(
    decimal: DecimalMark, guessed: bool, found: Findings, n_rows: int
) -> list[str]:
    """Return what is to be said about numbers, dates and codes."""
    said = []
    if n_rows == 0:
        return ["The table has a header and no rows."]
    if guessed and decimal.example:
        said.append(unclear_decimal(decimal))
    elif guessed and decimal.mark == ",":
        said.append("Numbers have a decimal comma.")
    if found.other_decimal:
        said.append(
            f"{columns(found.other_decimal)}: the decimal mark is not that of the rest."
        )
    for mark, names in found.thousands.items():
        said.append(
            f"{columns(names)}: {_MARKS.get(mark, 'a space')} was read as the mark "
            "between thousands."
        )
    if found.percent:
        said.append(
            f"{columns(found.percent)}: the percent sign was dropped, so 12% is 12."
        )
    if found.currency:
        said.append(f"{columns(found.currency)}: the currency sign was dropped.")
    if found.codes:
        said.append(
            f"{columns(found.codes)}: numbers with leading zeros, or too long to be "
            "amounts, are kept as text."
        )
    if found.ambiguous:
        order = "day/month/year" if _order(found) else "month/day/year"
        said.append(
            f"{columns(found.ambiguous)}: days and months cannot be told apart; read "
            f"as {order}. Override the order if that is wrong."
        )
    if found.in_utc:
        said.append(f"{columns(found.in_utc)}: times were turned into UTC.")
    return said + found.sentences


def _order(found: Findings) -> bool:
    return found.dayfirst[found.ambiguous[0]]
