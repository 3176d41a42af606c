"""Words for sentences and labels: numbers, counts, durations, names and lists.

Names come from the data and are untrusted. Functions here bring them to one line of
bounded length; escaping belongs to where they are shown: `skloss.app.markdown`
for Markdown and `skloss.figures.text` for plotly.
"""

import math
import re
from collections.abc import Iterable, Sequence

__all__ = [
    "capitalized",
    "columns",
    "count",
    "display_name",
    "duration",
    "join",
    "listed",
    "number",
    "quoted",
    "shorten",
    "title_of",
    "with_error",
]

# Words in the names of losses that are acronyms, proper names or hyphenated. Figures
# and reports have only the label of a loss, so the spelling is a rule on labels.
_WRITTEN = """
Brier CCA CORN CRPS Gaussian Huber JS KL LDA LDAM Laplace NCA NLL PCA Poisson SigLIP
Tweedie class-balanced cross-entropy log-cosh logit-adjusted multi-quantile pseudo-Huber
""".split()
_SPELLINGS = {
    **{name.lower().replace("-", " "): name for name in _WRITTEN},
    "info nce": "InfoNCE",  # codespell:ignore
    "poly1": "Poly-1",
    "student t": "Student t",
    "sup con": "SupCon",
}
# The longest first, so that "pseudo huber" is tried before "huber".
_SPELLED = re.compile(rf"\b({'|'.join(sorted(_SPELLINGS, key=len, reverse=True))})\b")


def shorten(value: object, limit: int | None = None) -> str:
    r"""Return text on one line.

    Parameters
    ----------
    value : object
        Turned into text; runs of white space become one space.
    limit : int or None
        Longer text is cut to this length and ends in an ellipsis; None cuts nothing.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import shorten
    >>> shorten("blood\n  pressure")
    'blood pressure'
    >>> shorten("x" * 100, limit=5)
    'xxxx…'
    """
    line = " ".join(str(value).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1] + "…"


def display_name(value: object, limit: int | None = None) -> str:
    """Return the name of a column, a class or a loss on one line, never empty.

    Parameters
    ----------
    value : object
    limit : int or None
        Length of the longest name that is not cut.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import display_name
    >>> display_name(" red wine "), display_name("")
    ('red wine', '(no name)')
    """
    return shorten(value, limit) or "(no name)"


def title_of(label: object) -> str:
    """Return the label of a loss as words on one line, spelled as in the literature.

    Parameters
    ----------
    label : str
        As in the index of `Comparison.table`.

    Returns
    -------
    str
        Not escaped.

    Examples
    --------
    >>> from skloss.wording import title_of
    >>> title_of("squared_error"), title_of("focal(gamma=2.0)")
    ('squared error', 'focal (gamma=2.0)')
    >>> title_of("gaussian_nll"), title_of("cross_entropy")
    ('Gaussian NLL', 'cross-entropy')
    """
    name, bracket, parameters = str(label).partition("(")
    words = _SPELLED.sub(lambda found: _SPELLINGS[found[1]], name.replace("_", " "))
    return display_name(f"{words} ({parameters}" if bracket else words)


def quoted(value: object, limit: int = 40) -> str:
    """Return a name or a cell in quotation marks, on one line.

    Parameters
    ----------
    value : object
    limit : int
        Length of the longest text that is not cut.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import quoted
    >>> quoted("a "), quoted("a very long name", limit=8)
    ('“a”', '“a very …”')
    """
    return f"“{shorten(value, limit)}”"


def join(parts: Iterable[str], at_most: int | None = None) -> str:
    """Join parts of a sentence to a phrase.

    Parameters
    ----------
    parts : iterable of str
    at_most : int or None
        Number of parts to spell out; the others are counted. None spells out all.

    Returns
    -------
    str
        Empty without parts.

    Examples
    --------
    >>> from skloss.wording import join
    >>> join(["a"]), join(["a", "b"]), join(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    >>> join(["a", "b", "c"], at_most=1)
    'a and 2 more'
    """
    parts = list(parts)
    shown = parts[:at_most]
    n_more = len(parts) - len(shown)
    shown += [f"{n_more:,} more"] if n_more else []
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def listed(names: Sequence[object], at_most: int = 5) -> str:
    """Join names in quotation marks.

    Parameters
    ----------
    names : sequence of object
    at_most : int
        Number of names to spell out; the others are counted.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import listed
    >>> listed(["a", "b"]), listed(range(9), at_most=2)
    ('“a” and “b”', '“0”, “1” and 7 more')
    """
    return join(map(quoted, names), at_most)


def columns(names: Sequence[object]) -> str:
    """Return the beginning of a sentence about columns.

    Parameters
    ----------
    names : sequence of object

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import columns
    >>> columns(["a"]), columns(["a", "b"])
    ('Column “a”', 'Columns “a” and “b”')
    """
    return f"Column{'' if len(names) == 1 else 's'} {listed(names)}"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Parameters
    ----------
    n : int
    noun : str
        Singular.
    plural : str or None
        None appends an s.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import count
    >>> count(1, "row"), count(1204, "row"), count(2, "loss", "losses")
    ('1 row', '1,204 rows', '2 losses')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def number(value: float, digits: int = 3, *, unit: str = "", trim: bool = False) -> str:
    """Return a number with a given number of significant digits.

    Parameters
    ----------
    value : float
    digits : int
        Number of significant digits.
    unit : str
        Written after the number unless empty.
    trim : bool
        Whether to drop zeros at the end of a fraction, as in a sentence; columns of
        numbers keep them.

    Returns
    -------
    str
        Without an exponent if that is short.

    Examples
    --------
    >>> from skloss.wording import number
    >>> number(54.1234), number(0.0512345), number(1234.5), number(2.0)
    ('54.1', '0.0512', '1,230', '2.00')
    >>> number(50, trim=True), number(0.012345, unit="mm")
    ('50', '0.0123 mm')
    >>> number(float("nan")), number(1.2e9), number(3.4e-7)
    ('–', '1.20e+09', '3.40e-07')
    """
    shown = _significant(abs(value), digits)
    if trim and "." in shown:
        mantissa, e, exponent = shown.partition("e")
        shown = mantissa.rstrip("0").rstrip(".") + e + exponent
    shown = f"−{shown}" if value < 0 else shown
    return f"{shown} {shorten(unit)}" if unit else shown


def decimals(values: Iterable[float], digits: int = 3) -> int:
    """Return how many decimals give a column of numbers that many significant digits.

    Parameters
    ----------
    values : iterable of float
        The largest one in absolute value counts; others are as exact as it is.
    digits : int
        Number of significant digits.

    Returns
    -------
    int
        At least 0.

    Examples
    --------
    >>> decimals([1326.2098, -41.26]), decimals([0.01234])
    (0, 4)
    """
    finite = [abs(value) for value in values if math.isfinite(value)]
    largest = max(finite, default=0.0)
    return max(_decimals(largest, digits), 0) if largest else 0


def with_error(value: float, error: float) -> str:
    """Return a mean with its standard error, both to the error's first digits.

    Parameters
    ----------
    value, error : float

    Returns
    -------
    str
        Two digits of an error that begins with 1 or 2, else one; three or four digits
        of the mean.

    Examples
    --------
    >>> from skloss.wording import with_error
    >>> with_error(35607.2, 1239.4), with_error(11.8731, 0.0351), with_error(0.5, 0.0)
    ('35,600 ± 1,200', '11.87 ± 0.04', '0.500')
    """
    # The largest doubles cannot be rounded; exponents have no place in common.
    if not (0 < error < 1e300 and 1e-4 < abs(value) < 1e7):
        tail = f" ± {number(error, 2)}" if error > 0 else ""
        return number(value) + tail
    least = _decimals(value, 3)
    digits = 2 if f"{error:.1e}"[0] in "12" else 1  # 1 for 1.4 would be far off
    decimals = min(max(_decimals(error, digits), least), least + 1)
    if round(error, decimals) == 0:
        return number(value)
    shown = _rounded(value, decimals).replace("-", "−", 1)
    return f"{shown} ± {_rounded(error, min(decimals, _decimals(error, 2)))}"


def duration(seconds: float) -> str:
    """Return a time in the largest unit of which it has at least one.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import duration
    >>> duration(0.4), duration(20.2), duration(95), duration(7300)
    ('1 s', '20 s', '2 min', '2.0 h')
    """
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def capitalized(sentence: str) -> str:
    """Return a sentence with a capital first letter, the rest unchanged.

    Parameters
    ----------
    sentence : str
        May begin with the two asterisks of bold Markdown.

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.wording import capitalized
    >>> capitalized("the AUC is high"), capitalized("**huber** wins")
    ('The AUC is high', '**Huber** wins')
    """
    start = 2 if sentence.startswith("**") else 0
    return (
        sentence[:start] + sentence[start : start + 1].upper() + sentence[start + 1 :]
    )


def _significant(value: float, digits: int) -> str:
    """Write a number that is not negative."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞"
    if value == 0:
        return "0"
    decimals = _decimals(value, digits)
    # Seven digits before the point or five zeros after it are hard to count.
    if decimals < digits - 7 or decimals > digits + 3:
        return f"{value:.{digits - 1}e}"
    return _rounded(value, decimals)


def _decimals(value: float, digits: int) -> int:
    """Return where to round for a number of digits; 99.95 has three as 100."""
    return digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])


def _rounded(value: float, decimals: int) -> str:
    """Write a number rounded to a place before or after the point."""
    # NumPy's numbers round 0.1145 to another third digit than Python's do.
    return f"{round(float(value), decimals):,.{max(decimals, 0)}f}"
