"""The specs of a fit: precision by rows, seeds, held-out rows and where they start."""

import numpy as np
import pytest
import torch

from skloss import TorchEmbedder, TorchRegressor
from skloss.estimators.fitting import prepare
from skloss.estimators.rows import check_rows

NETWORK = {"hidden_layer_sizes": (2,), "random_state": 0}


def planned(model, n=40, n_rows=None, **options):
    X = np.random.default_rng(0).normal(size=(n, 2))
    rows = check_rows(model, X, X[:, 0] + X[:, 1], None)
    return prepare(model, rows, n_rows=n_rows, **options)


@pytest.mark.parametrize(("n_rows", "dtype"), [(4000, "float64"), (4001, "float32")])
def test_networks_of_at_most_four_thousand_rows_compute_in_float64(n_rows, dtype):
    (spec,) = planned(TorchRegressor(**NETWORK, n_members=1), n_rows=n_rows).models
    assert str(spec.X.dtype) == str(spec.y.dtype) == f"torch.{dtype}"


@pytest.mark.parametrize(("n_rows", "dtype"), [(1000, "float64"), (1001, "float32")])
def test_losses_that_compare_rows_do_so_up_to_a_thousand_rows(n_rows, dtype):
    model = TorchEmbedder(**NETWORK, n_members=1)
    X = np.random.default_rng(0).normal(size=(40, 2))
    rows = check_rows(model, X, [0, 1] * 20, None)
    (spec,) = prepare(model, rows, n_rows=n_rows).models
    assert str(spec.X.dtype) == f"torch.{dtype}"


def test_each_member_has_its_own_seed_and_held_out_rows_and_shares_the_rest():
    first, second = planned(TorchRegressor(**NETWORK, n_members=2)).models
    assert first.seed != second.seed
    assert not torch.equal(first.validation_rows, second.validation_rows)
    assert [spec.labels["member"] for spec in (first, second)] == [0, 1]
    assert first.X is second.X and first.y is second.y
    assert first.linear_start is second.linear_start


def test_a_single_epoch_learns_from_every_row_and_never_stops_early():
    plan = planned(TorchRegressor(**NETWORK, n_members=1), one_epoch=True)
    (spec,) = plan.models
    assert spec.validation_rows is None
    assert len(spec.fit_rows) == 40
    assert (spec.settings.max_iter, spec.settings.until_converged) == (1, False)


@pytest.mark.parametrize(("size", "has_start"), [(2000.0, True), (2000.5, False)])
def test_networks_start_at_a_linear_model_up_to_two_thousand_rows(size, has_start):
    (spec,) = planned(TorchRegressor(**NETWORK, n_members=1), size=size).models
    assert (spec.linear_start is not None) == has_start


def test_the_penalty_is_divided_by_the_sum_of_weights():
    model = TorchRegressor(hidden_layer_sizes=(), alpha=0.5)
    (spec,) = planned(model).models
    assert spec.alpha == pytest.approx(0.5 / 40)
    assert spec.weight.mean().item() == pytest.approx(1.0)
