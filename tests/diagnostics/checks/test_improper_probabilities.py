"""SKL102 fires where a calibrator improves an improper loss, and only there."""

import numpy as np
import pytest

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(1)
SCORE = RNG.normal(size=2000) * 2
TRUE = 1 / (1 + np.exp(-SCORE))
LABELS = (RNG.uniform(size=2000) < TRUE).astype(int)


def find(loss, slope, n_folds=5):
    chance = 1 / (1 + np.exp(-slope * SCORE))
    planted = comparison(
        LABELS,
        {loss: (chance > 0.5).astype(int)},
        task="binary",
        classes=[0, 1],
        proba=np.column_stack([1 - chance, chance]),
        fold=np.arange(2000) % n_folds,
    )
    return CHECKS["SKL102"]().find(planted)


@pytest.mark.parametrize("slope", [0.3, 3.0])
def test_flattened_and_overconfident_probabilities_are_named(slope):
    (found,) = find("focal", slope)
    assert found.loss == "focal"
    assert (
        found.finding == "It is not proper, and its probabilities are not calibrated."
    )


def test_the_evidence_is_what_the_true_probabilities_would_gain():
    (found,) = find("focal", 0.3)

    def log_loss(chance):
        return -np.log(np.where(LABELS, chance, 1 - chance)).mean()

    gain = log_loss(1 / (1 + np.exp(-0.3 * SCORE))) - log_loss(TRUE)
    stated = float(found.evidence.split(" by ")[1].split()[0])
    # The slope is estimated from 1,600 rows, which costs some 1e-3 nats.
    assert stated == pytest.approx(gain, abs=3e-3)


def test_recovered_probabilities_are_fine():
    assert find("focal", 1.0) == []


def test_a_proper_loss_is_not_judged():
    assert find("cross_entropy", 0.3) == []


def test_one_fold_has_no_other_rows_to_calibrate_on():
    assert find("focal", 0.3, n_folds=1) == []
