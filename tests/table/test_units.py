"""The unit in the name of a column."""

import pytest

from skloss.table.units import unit_of_name

NAMES = [
    ("price (€)", "€"),
    ("price(€)", "€"),
    ("mass [kg]", "kg"),
    ("speed ( m/s ) ", "m/s"),
    ("rain (of the day) (mm)", "mm"),
    ("price", ""),
    ("(€)", ""),
    ("(a) price", ""),
    ("price (log)", ""),
    ("late (0/1)", ""),
    ("size (measured by a long explanation)", ""),
    (3, ""),
]


@pytest.mark.parametrize(("name", "unit"), NAMES)
def test_the_unit_is_what_stands_in_brackets_at_the_end(name, unit):
    assert unit_of_name(name) == unit
