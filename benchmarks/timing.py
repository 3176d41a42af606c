"""Ratios of two times measured alternately, and the rows of the speed table."""

import statistics
import time

__all__ = ["ROWS", "paired", "row", "seconds"]

#: Name, function of (pairs, epochs) that returns a figure, and most pairs, by key.
ROWS = {}


def seconds(function):
    """Return how long one call takes."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def paired(ours, theirs, pairs, calls=1):
    """Return the median ratio of their time to ours, measured alternately.

    Short work is called several times a run: right after a change of sides the threads
    of the other side still occupy a core while they wait for work.
    """
    ours()  # what is loaded at first use is not part of a fit
    ratios = []
    for _ in range(pairs):
        own = seconds(lambda: [ours() for _ in range(calls)])
        ratios.append(seconds(lambda: [theirs() for _ in range(calls)]) / own)
    return statistics.median(ratios)


def row(name, key, most_pairs=None):
    """Register a row: a function of (pairs, epochs) that returns its figure.

    Parameters
    ----------
    name : str
    key : str
        Selects the row on the command line.
    most_pairs : int, optional
        Pairs that are enough, for work that takes minutes.
    """

    def register(function):
        ROWS[key] = (name, function, most_pairs)
        return function

    return register
