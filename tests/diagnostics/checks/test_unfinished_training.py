"""SKL301 names losses that were stopped or still improved at max_iter."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skloss import TorchRegressor
from skloss.diagnostics import CHECKS


def find(values, *, n_fits=5, others=(), stopped=(), column="validation", **params):
    fits = [values] * n_fits + [*others]
    frames = [
        pd.DataFrame(
            {
                "loss": "huber",
                "fold": fold,
                "member": 0,
                "epoch": np.arange(1, len(fit) + 1),
                "train": np.nan,
                "validation": np.nan,
                column: fit,
            }
        )
        for fold, fit in enumerate(fits)
    ]
    estimator = TorchRegressor(**params) if params else None
    comparison = SimpleNamespace(
        stopped=stopped,
        histories=pd.concat(frames),
        recipe=SimpleNamespace(estimator=estimator),
    )
    return CHECKS["SKL301"]().find(comparison)


def test_each_stopped_loss_is_a_finding():
    found = CHECKS["SKL301"]().find(SimpleNamespace(stopped=("huber", "focal")))
    assert [finding.loss for finding in found] == ["huber", "focal"]


def test_more_epochs_are_the_remedy_of_max_iter_and_not_of_a_stop():
    (stopped,) = CHECKS["SKL301"]().find(SimpleNamespace(stopped=("huber",)))
    assert stopped.remedy.startswith("Run the comparison again to its end")
    assert "max_iter" not in stopped.remedy
    assert "max_iter" in CHECKS["SKL301"].remedy
    assert find(np.linspace(2, 1, 200))[0].remedy == ""


def test_a_finished_comparison_has_no_finding():
    assert CHECKS["SKL301"]().find(SimpleNamespace(stopped=())) == []


@pytest.mark.parametrize("column", ["validation", "train"])
def test_a_loss_that_decreases_until_max_iter_is_named(column):
    (found,) = find(np.linspace(2, 1, 200), column=column)
    assert found.loss == "huber"
    assert found.evidence == "5 of 5 fits in 200 epochs"


def test_max_iter_is_that_of_the_estimator():
    assert find(np.linspace(2, 1, 40)) == []
    assert len(find(np.linspace(2, 1, 40), max_iter=40)) == 1


def test_a_loss_that_has_levelled_out_is_finished():
    assert find(2.0 ** -np.arange(200)) == []
    assert find(np.ones(200)) == []


def test_a_hundredth_of_the_gain_in_the_last_tenth_is_the_limit():
    for late, n_found in ((0.009, 0), (0.011, 1)):
        values = np.full(200, 1.0)
        values[0], values[190:] = 2.0, 1.0 - late / (1 - late)
        assert len(find(values)) == n_found


def test_one_fit_of_five_may_be_open():
    done = [np.linspace(2, 1, 30)] * 4
    assert find(np.linspace(2, 1, 200), n_fits=1, others=done) == []
    (found,) = find(np.linspace(2, 1, 200), n_fits=2, others=done)
    assert found.evidence == "2 of 6 fits in 200 epochs"


def test_a_cosine_schedule_is_planned_to_end_there():
    assert find(np.linspace(2, 1, 200), schedule="cosine") == []


def test_a_stopped_loss_is_named_once():
    assert len(find(np.linspace(2, 1, 200), stopped=("huber",))) == 1
