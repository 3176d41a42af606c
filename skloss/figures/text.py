"""Names from data made safe for plotly."""

import html
from collections import Counter

from skloss.metrics import METRICS
from skloss.wording import capitalized, display_name, join, title_of


def plot_text(value, limit=40):
    """Make text from data safe and short enough for a plotly figure.

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
    text = html.escape(display_name(value, limit), quote=False)
    return text.replace("%{", "%&#123;").replace("$", "&#36;")


def distinct(names):
    """Number names that are equal once they are cut, as equal names share a place.

    Examples
    --------
    >>> distinct(["a long …", "b", "a long …"])
    ['a long …', 'b', 'a long … (3)']
    """
    return [
        f"{name} ({k + 1})" if name in names[:k] else name
        for k, name in enumerate(names)
    ]


def cut_middle(name, limit):
    """Cut the middle of a long name: names of one kind often differ at their ends.

    Examples
    --------
    >>> cut_middle("Species number 17", 12), cut_middle("short", 12)
    ('Speci…er 17', 'short')
    """
    text, half = display_name(name), (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:half]}…{text[-half:]}"


def telling_names(names, limit):
    """Cut long names to the words that differ: those that most of them share go first.

    Examples
    --------
    >>> names = [f"mean flow in the {part} month" for part in ("first", "second")]
    >>> list(telling_names([*names, "age"], 17).values())
    ['first', 'second', 'age']
    """
    long = [display_name(name) for name in names if len(display_name(name)) > limit]
    words = Counter(word for name in long for word in set(name.split()))
    found = {}
    for name in names:
        text = display_name(name)
        if text in long and len(long) > 1:
            own = [word for word in text.split() if words[word] <= len(long) / 2]
            text = " ".join(own) or text
        found[name] = plot_text(cut_middle(text, limit), limit)
    return found


def legend_names(labels, limit=40):
    """Return the name of each loss in figures, distinct where long ones are cut.

    Parameters differ at the end of a label more often than at its beginning, so that
    the middle of a long one is left out where its beginning is that of another.

    Examples
    --------
    >>> labels = ["quantile(quantile=0.123456)", "quantile(quantile=0.123457)"]
    >>> list(legend_names(labels, limit=21).values())
    ['quantile (…=0.123456)', 'quantile (…=0.123457)']
    """
    labels = list(dict.fromkeys(labels))
    names = [plot_text(title_of(label), limit) for label in labels]
    if len(set(names)) < len(names):
        whole = [title_of(label) for label in labels]
        names = [plot_text(cut_middle(name, limit), limit) for name in whole]
    return dict(zip(labels, distinct(names), strict=True))


def with_unit(name, unit):
    """Write an axis title, safe for plotly: the name, and its unit if there is one.

    Examples
    --------
    >>> with_unit("blood pressure", "mmHg"), with_unit("score", "")
    ('blood pressure (mmHg)', 'score')
    >>> with_unit("price (€)", "€")
    'price (€)'
    """
    if not unit or display_name(name).endswith(f"({unit})"):
        return plot_text(cut_middle(name, 30), 30)
    return f"{plot_text(name, 30)} ({plot_text(unit, 12)})"


def about_metric(metric, target_unit):
    """Return label, unit and whether greater is better; other scorers are scores.

    Examples
    --------
    >>> about_metric("mae", "mm"), about_metric("profit", "mm")
    (('MAE', 'mm', False), ('profit', '', True))
    """
    known = METRICS.get(metric)
    if known is None:
        return display_name(metric), "", True
    units = {"target": target_unit, "nats": "nats per row"}
    return known.label, units.get(known.unit, ""), known.greater_is_better


def not_ranked(comparison):
    """Return the sentence on losses that were stopped, with a space before it."""
    if not comparison.stopped:
        return ""
    names = capitalized(join(map(title_of, comparison.stopped)))
    verb = "was" if len(comparison.stopped) == 1 else "were"
    return f" {names} {verb} stopped early and not ranked."
