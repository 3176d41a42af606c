"""Values, guesses and notices of a table in a form that tests compare."""

import math

import pandas as pd

from skloss.table import read_table

NAN = math.nan
DAY = pd.Timestamp


def values_of(frame):
    """Return columns as lists, NaN for any missing value."""
    return {
        name: [NAN if pd.isna(value) else value for value in column]
        for name, column in frame.items()
    }


def guesses(content, **overrides):
    """Return the guesses that reading makes."""
    return read_table(content, **overrides).attrs["guesses"]


def notices_of(content, **overrides):
    """Return the notices of reading as one text."""
    return " | ".join(guesses(content, **overrides)["notices"])
