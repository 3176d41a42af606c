"""Words that stand for an order, such as poor, fair and good."""

from collections.abc import Iterable

__all__ = ["known_order"]

# From the lowest to the highest; words at one place have the same meaning.
_SCALES = (
    "very poor|very bad, poor|bad, fair|average|ok, good, very good, excellent|great",
    "fair, good, very good, premium, ideal",
    "none|no|normal, minimal|slight, mild, moderate, severe, critical|extreme",
    "very low, low, medium|moderate|middle|mid|normal, high, very high, extreme",
    "never, rarely, sometimes, often|frequently, usually, always",
    "very dissatisfied, dissatisfied, neutral, satisfied, very satisfied",
    "very unlikely, unlikely, neutral, somewhat likely, likely, very likely",
    "strongly disagree, disagree, neutral|undecided, agree, strongly agree",
    "xxs, xs, s, m, l, xl, xxl",
    "tiny, small, medium, large|big, huge|extra large|very large",
    "beginner|novice, intermediate, advanced, expert",
    "bronze, silver, gold, platinum",
    "cold, cool, mild, warm, hot",
    "basic, standard, premium",
    "primary|elementary, secondary|high school, tertiary|bachelor, master, doctorate",
    "first, second, third, fourth, fifth",
    "daily, weekly, monthly, quarterly, yearly|annually",
)
_GRADES = "ABCDEFGH"
# Two words of a scale, such as low and high, are classes without a use for an order.
_FEWEST = 3
# A, B and C are more often names than grades.
_FEWEST_GRADES = 4


def known_order(values: Iterable[object]) -> list[object]:
    """Return values from the lowest to the highest, if their words have an order.

    Parameters
    ----------
    values : iterable
        Different labels.

    Returns
    -------
    list
        Empty if the order is not known.

    Examples
    --------
    >>> from skloss.table.scales import known_order
    >>> known_order(["good", "Poor", "fair"])
    ['Poor', 'fair', 'good']
    >>> known_order(["red", "green", "blue"])
    []
    """
    values = set(values)
    labels = {
        " ".join(value.lower().replace("_", " ").split()): value
        for value in values
        if isinstance(value, str)
    }
    n_values = len(values)
    if n_values < _FEWEST or len(labels) < n_values:
        return []
    for scale in _SCALES:
        places = {
            word: place
            for place, words in enumerate(scale.split(", "))
            for word in words.split("|")
        }
        if set(labels) <= set(places):
            return [labels[word] for word in sorted(labels, key=places.__getitem__)]
    # Grades: all letters from A on, of which A is the best.
    letters = "".join(sorted(map(str, values)))
    if n_values >= _FEWEST_GRADES and letters == _GRADES[:n_values]:
        return list(reversed(letters))
    return []
