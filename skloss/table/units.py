"""The unit that the name of a column states, such as price (€)."""

import re

__all__ = ["unit_of_name"]

# At the end and short: longer text in brackets explains the name.
_BRACKETS = re.compile(r".*\S\s*[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]\s*")
# In brackets, but not units: a log is of a unit, and a number counts something.
_OTHERWISE = re.compile(r"log|ln|log10|target|label|\d+|y/n|yes/no|0/1", re.IGNORECASE)


def unit_of_name(name: object) -> str:
    """Return the unit in brackets at the end of a column's name, or an empty string.

    Parameters
    ----------
    name : object

    Returns
    -------
    str

    Examples
    --------
    >>> from skloss.table.units import unit_of_name
    >>> unit_of_name("price (€)"), unit_of_name("mass [kg]"), unit_of_name("f(x) of y")
    ('€', 'kg', '')
    """
    found = _BRACKETS.fullmatch(str(name))
    if not found or _OTHERWISE.fullmatch(found[1]):
        return ""
    return found[1]
