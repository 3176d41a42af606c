"""Several starts of linear models whose objective may have several optima."""

from dataclasses import replace

import numpy as np
import torch
from sklearn.linear_model import Ridge

from skloss.training import FitResult
from skloss.training.solvers import starts as module
from skloss.training.solvers.starts import initial_weights, starts
from tests.training.models import model, table

ALL = {"validation_rows": None, "fit_rows": torch.arange(300), "alpha": 0.01}


def linear(loss="gaussian_nll", **changes):
    X, y = table()
    settings = {"hidden_layer_sizes": ()}
    return model(X, y, loss, settings=settings, **ALL | changes)


def test_a_convex_objective_has_one_start():
    spec = linear("squared_error")
    assert starts(spec) == [spec]


def test_a_fit_that_continues_and_a_network_keep_their_start():
    continued = linear(start=FitResult([(torch.zeros(5, 2), torch.zeros(2))], []))
    X, y = table()
    network = model(X, y, "gaussian_nll", **ALL)
    assert starts(continued) == [continued]
    assert starts(network) == [network]


def test_the_starts_are_a_constant_random_weights_and_least_squares():
    spec = linear(head_bias=torch.tensor([0.5, -1.0]).double(), seed=7)
    constant, random, squares = starts(spec)
    ((weight, bias),) = constant.start.layers
    assert not weight.any() and bias.tolist() == [0.5, -1.0]
    assert (random.seed, random.start) == (0, None)
    X, y = (part.numpy() for part in table())
    # The penalty is alpha / 2 of mean squared error r^2.
    oracle = Ridge(alpha=0.01 * 300 / 2).fit(X, y)
    ((weight, bias),) = squares.start.layers
    np.testing.assert_allclose(weight[:, 0], oracle.coef_, rtol=1e-6)
    np.testing.assert_allclose(bias, [oracle.intercept_, -1.0], rtol=1e-6)
    assert not weight[:, 1].any()


def test_no_start_depends_on_the_seed():
    one, two = (starts(linear(seed=seed)) for seed in (1, 2))
    assert [spec.seed for spec in one[1:2]] == [spec.seed for spec in two[1:2]]
    for first, second in zip(one[::2], two[::2], strict=True):
        for a, b in zip(*(s.start.layers[0] for s in (first, second)), strict=True):
            assert torch.equal(a, b)


def test_random_weights_can_be_left_out():
    assert all(spec.start is not None for spec in starts(linear(), with_random=False))


def test_wide_tables_have_no_start_of_least_squares(monkeypatch):
    monkeypatch.setattr(module, "_MOST_COLUMNS", 4)
    assert len(starts(linear())) == 2
    monkeypatch.setattr(module, "_MOST_COLUMNS", 5)
    assert len(starts(linear())) == 3


def test_the_first_weights_are_those_so_far_or_a_constant():
    spec = linear(head_bias=torch.tensor([0.5, -1.0]).double())
    expected = np.vstack([np.zeros((5, 2)), [0.5, -1.0]])
    np.testing.assert_array_equal(initial_weights(spec), expected)
    layer = torch.arange(10.0).reshape(5, 2).double(), torch.tensor([7.0, 8.0]).double()
    going_on = initial_weights(replace(spec, start=FitResult([layer], [])))
    np.testing.assert_array_equal(going_on, torch.vstack([layer[0], layer[1]]))
    assert not initial_weights(linear()).any()
