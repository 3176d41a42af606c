"""SKL202 fires unless some loss clearly beats the constant."""

import numpy as np

from skloss.diagnostics import CHECKS
from tests.diagnostics.planted import comparison

RNG = np.random.default_rng(7)
SIGNAL, NOISE = RNG.normal(size=(2, 300))
LABELS = np.where(SIGNAL + NOISE > 0, "yes", "no")
CHANCE = 1 / (1 + np.exp(-1.7 * SIGNAL))


def find(*args, **values):
    return CHECKS["SKL202"]().find(comparison(*args, **values))


def labelled(chance):
    proba = np.column_stack([1 - chance, chance])
    answers = {"cross_entropy": LABELS}
    return find(LABELS, answers, task="binary", classes=["no", "yes"], proba=proba)


def test_predictions_without_information_are_reported():
    (found,) = find(NOISE, {"huber": 0.3 * SIGNAL, "squared_error": SIGNAL})
    assert found.loss == ""
    assert "standard errors worse than the constant in 300 held-out rows" in (
        found.evidence
    )


def test_one_loss_with_information_is_enough():
    y = SIGNAL + NOISE
    assert find(y, {"huber": SIGNAL, "squared_error": 10 * SIGNAL}) == []


def test_a_median_that_only_absolute_errors_reward_counts():
    y = np.append(SIGNAL, [1e3, -1e3])
    assert find(y, {"absolute_error": np.append(SIGNAL, [0.0, 0.0])}) == []


def test_the_evidence_is_the_paired_t_value():
    y = NOISE + 0.05 * SIGNAL
    (found,) = find(y, {"squared_error": 0.05 * SIGNAL})
    fold = np.arange(300) % 5
    values = []
    for size, constant in ((np.square, np.mean), (np.abs, np.median)):
        of_fold = np.array([constant(y[fold != k]) for k in range(5)])
        gain = size(y - of_fold[fold]) - size(y - 0.05 * SIGNAL)
        values.append(gain.mean() / gain.std() * np.sqrt(300))
    assert f"is {abs(max(values)):.1f} standard errors" in found.evidence


def test_probabilities_are_compared_with_the_frequencies():
    assert labelled(CHANCE) == []
    assert len(labelled(np.full(300, np.mean(LABELS == "yes")))) == 1
    assert len(labelled(CHANCE[::-1])) == 1


def test_labels_are_compared_with_their_frequencies():
    y = np.column_stack([SIGNAL + NOISE > 0, NOISE > 0]).astype(int)
    facts = {"task": "multilabel", "classes": [0, 1]}
    good = np.column_stack([CHANCE, np.full(300, 0.5)])
    bad = np.full((300, 2), 0.4)
    answers = {"binary_cross_entropy": y}
    assert find(y, answers, proba=good, **facts) == []
    assert len(find(y, answers, proba=bad, **facts)) == 1


def test_several_targets_count_the_same():
    y = np.column_stack([1e6 * NOISE, SIGNAL + 0.1 * NOISE])
    answers = np.column_stack([np.zeros(300), SIGNAL])
    assert find(y, {"squared_error": answers}) == []


def test_rows_of_a_group_count_once():
    y, answer = np.repeat(NOISE[:60] + SIGNAL[:60], 5), np.repeat(0.3 * SIGNAL[:60], 5)
    groups = np.repeat(np.arange(60), 5)
    alone = find(y[::5], {"huber": answer[::5]}, fold=np.arange(60) % 5)
    whole = find(y, {"huber": answer}, fold=groups % 5, groups=groups)
    assert [one.evidence.split(" than")[0] for one in alone] == [
        one.evidence.split(" than")[0] for one in whole
    ]


def test_a_comparison_without_rows_is_not_judged():
    planted = comparison(NOISE, {"huber": NOISE * 0})
    planted.splits = []
    assert CHECKS["SKL202"]().find(planted) == []
    planted.splits, planted.y = [0], None
    assert CHECKS["SKL202"]().find(planted) == []
