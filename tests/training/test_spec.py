"""What a spec derives from its rows, its loss and its settings."""

import numpy as np
import pytest
import torch

from skloss.training import FitResult, Outcome, TrainSettings
from tests.training.models import model, table

WEIGHT = torch.linspace(0.5, 1.5, 300, dtype=torch.float64)


def spec(**changes):
    return model(*table(), **{"weight": WEIGHT} | changes)


@pytest.mark.parametrize(
    ("clip", "longest"), [(1.0, 100.0), (5.0, 500.0), (0.99, 0.99)]
)
def test_the_longest_usual_gradient_is_a_hundred_times_a_usual_limit(clip, longest):
    assert TrainSettings(clip_grad_norm=clip).longest_gradient == longest


def test_weights_are_those_of_the_rows_to_learn_from():
    found = spec()
    np.testing.assert_array_equal(found.fit_weight, WEIGHT[60:])
    assert found.total_weight.item() == pytest.approx(WEIGHT[60:].sum().item())
    every = spec(fit_rows=torch.arange(300))
    assert every.fit_weight is every.weight


def test_shares_of_rows_sum_to_one():
    shares = spec().shares(torch.tensor([3, 200]))
    np.testing.assert_allclose(shares, WEIGHT[[3, 200]] / WEIGHT[[3, 200]].sum())


@pytest.mark.parametrize(("size", "steps"), [(32, 7), (240, 1), (241, 1), (120, 2)])
def test_an_incomplete_last_batch_is_not_a_step(size, steps):
    assert spec(batch_size=size).n_steps == steps


def test_only_outputs_that_state_the_noise_have_the_further_penalty():
    found = spec(loss="student_t_nll", alpha=0.1, scale_alpha=2.0)
    assert found.spread_outputs == [1, 2]
    assert found.alphas == pytest.approx([0.1, 2.1, 2.1])
    assert spec(loss="student_t_nll", alpha=0.1).alphas == [0.1] * 3


def test_a_history_without_labels_is_not_reported():
    row = {"epoch": 1, "train": 2.0}
    assert spec(labels={"member": 3}).labelled(row) == [{"member": 3} | row]
    assert spec(labels=None).labelled(row) == []


SAME = {"seed": 1, "alpha": 0.3, "loss": "huber"}
OTHER = {
    "settings": {"settings": {"max_iter": 9}},
    "batch": {"batch_size": 31},
    "validation": {"validation_rows": None},
    "layers": {"settings": {"hidden_layer_sizes": (4,)}},
    "moments": {"start": FitResult(None, [], n_steps_taken=5)},
}


@pytest.mark.parametrize("changes", OTHER.values(), ids=OTHER)
def test_models_with_other_steps_or_layers_are_not_stacked(changes):
    assert spec(**SAME).shape == spec().shape
    assert spec(**changes).shape != spec().shape


def test_full_batches_are_stacked_with_as_many_rows_only():
    rows = {n: spec(batch_size=300, fit_rows=torch.arange(n)).shape for n in (99, 100)}
    assert rows[99] != rows[100]


@pytest.mark.parametrize(
    ("outcome", "stopped", "interrupted"),
    [
        (Outcome.FINISHED, False, False),
        (Outcome.STOPPED, True, False),
        (Outcome.INTERRUPTED, True, True),
        (Outcome.DIVERGED, False, False),
    ],
)
def test_an_interrupted_run_counts_as_stopped(outcome, stopped, interrupted):
    fit = FitResult(None, [], outcome=outcome)
    assert (fit.stopped, fit.interrupted) == (stopped, interrupted)
