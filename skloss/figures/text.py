"""Text in figures: names from data made harmless, numbers made short."""

import html
import math


def plot_text(value, limit=40):
    """Make text from data safe and short enough to stand in a plotly figure.

    Plotly reads a few HTML tags, ``%{...}`` templates and, where MathJax is loaded,
    ``$...$`` in every text it draws. A column may be called anything, so tags are
    escaped and the openings of the other two are written as character references,
    which plotly shows as the characters they stand for.

    Parameters
    ----------
    value : object
        Turned into text; runs of white space become one space.
    limit : int
        Longer text is cut and ends in an ellipsis.

    Returns
    -------
    str

    Examples
    --------
    >>> plot_text("a < b")
    'a &lt; b'
    >>> plot_text("%{x} costs $5")
    '%&#123;x} costs &#36;5'
    >>> plot_text("a very long name", limit=8)
    'a very …'
    """
    text = plain_text(value)
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    text = html.escape(text, quote=False)
    return text.replace("%{", "%&#123;").replace("$", "&#36;")


def plain_text(value):
    """Return text on one line, as it is, for captions and alternative texts.

    Examples
    --------
    >>> plain_text("  two   words ")
    'two words'
    """
    return " ".join(str(value).split()) or "(no name)"


def with_unit(name, unit):
    """Write an axis title, safe for plotly: the name, and its unit if there is one.

    Examples
    --------
    >>> with_unit("blood pressure", "mmHg"), with_unit("score", "")
    ('blood pressure (mmHg)', 'score')
    """
    name = plot_text(name, 30)
    return f"{name} ({plot_text(unit, 12)})" if unit else name


def three_digits(value, unit=""):
    """Write a number with three significant digits, and its unit if there is one.

    Examples
    --------
    >>> three_digits(12345.6), three_digits(0.012345, "mm"), three_digits(50)
    ('12,300', '0.0123 mm', '50')
    """
    value = float(value)
    if not math.isfinite(value):
        return "unknown"
    if value == 0 or not 1e-4 <= abs(value) < 1e9:
        number = f"{value:.3g}"
    else:
        decimals = 2 - math.floor(math.log10(abs(value)))
        number = f"{round(value, decimals):,.{max(decimals, 0)}f}"
        number = number.rstrip("0").rstrip(".") if "." in number else number
    return f"{number} {plain_text(unit)}" if unit else number


def listed(names):
    """Join names to a phrase.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    names = [plain_text(name) for name in names]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def title_of(loss):
    """Return a loss's label as words on one line; escape them where they are shown.

    Examples
    --------
    >>> title_of("squared_error"), title_of("focal(gamma=2.0)")
    ('squared error', 'focal (gamma=2.0)')
    """
    name, bracket, parameters = str(loss).partition("(")
    words = name.replace("_", " ")
    return plain_text(f"{words} ({parameters}" if bracket else words)
