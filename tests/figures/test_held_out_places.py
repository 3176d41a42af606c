"""Places of residuals in noise models of other folds are found once per comparison."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss import noise
from skloss.figures.held_out_places import held_out_places
from tests.figures.comparisons import numbers, of_numbers


class Held(SimpleNamespace):
    """A comparison that can be referred to weakly, as those of the package."""

    __hash__ = object.__hash__


def test_places_in_noise_models_are_those_of_other_folds_and_found_once():
    comparison = Held(**vars(of_numbers(numbers(["a", "b"]))))
    places, weight = held_out_places(comparison, "b")
    expected = noise.held_out_pit(comparison.predictions, "b")
    pd.testing.assert_frame_equal(places, expected)
    np.testing.assert_array_equal(weight, np.ones(len(expected)))
    assert held_out_places(comparison, "b")[0] is places
