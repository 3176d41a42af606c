"""Names of functionals, and probabilities next to base rates."""

import numpy as np
import pytest

from skloss.check.elicitation import elicit
from skloss.losses import get_loss
from skloss.tasks import as_task


def elicited(loss, task="regression", **params):
    return elicit(get_loss(loss, **params), as_task(task))


@pytest.mark.parametrize(
    ("loss", "params", "text"),
    [
        ("squared_error", {}, "mean"),
        ("expectile", {"expectile": 0.5}, "mean"),
        ("expectile", {"expectile": 0.49}, "the 0.49 expectile"),
        ("expectile", {"expectile": 0.1}, "the 0.10 expectile"),
        ("absolute_error", {}, "median"),
        ("quantile", {"quantile": 0.5}, "median"),
        ("quantile", {"quantile": 0.52}, "the 0.52 quantile"),
        ("quantile", {"quantile": 0.05}, "the 0.05 quantile"),
        ("pseudo_huber", {}, "between mean and median"),
        ("squared_log_error", {}, "2.306 where the mean is 2.851 and the median 2.358"),
    ],
)
def test_a_functional_is_named(loss, params, text):
    assert elicited(loss, **params).text == text


@pytest.mark.parametrize("f", [lambda f, y: f - y, lambda f, y: -((f - y) ** 2)])
def test_a_loss_without_minimum_elicits_nothing(f):
    assert elicited(f).text == ""


def test_a_fit_outside_the_sample_is_given_as_a_number():
    # Shifted by 50, beyond any quantile or expectile of the sample.
    text = elicited(lambda f, y: (f - y - 50) ** 2).text
    value, mean, median = (float(w) for w in text.split() if w[0].isdigit())
    y = np.random.default_rng(1).gamma(1.5, 2.0, 401)
    assert value == pytest.approx(y.mean() + 50, rel=1e-3)
    assert (mean, median) == pytest.approx((y.mean(), np.median(y)), rel=1e-3)


def test_values_that_are_not_finite_do_not_end_the_search():
    # Infinite for f <= 0, where the search begins for some starts.
    assert elicited(lambda f, y: y / f + f.log()).text == "mean"


@pytest.mark.parametrize(
    ("loss", "task", "text", "is_honest"),
    [
        ("cross_entropy", "binary", "probability 0.300 at a base rate of 0.3", True),
        ("brier", "multiclass", "probabilities 0.500, 0.300, 0.200 at", True),
        ("corn", "ordinal", "probabilities 0.500, 0.300, 0.200 at", True),
        ("binary_cross_entropy", "multilabel", "0.500, 0.300, 0.200 at", True),
        ("hinge", "binary", "at a base rate of 0.3", False),
        ("focal", "multilabel", "at base rates of 0.5, 0.3, 0.2", False),
    ],
)
def test_probabilities_are_compared_with_base_rates(loss, task, text, is_honest):
    found = elicited(loss, task)
    assert text in found.text
    assert found.is_honest is is_honest


@pytest.mark.parametrize(("smoothing", "is_honest"), [(0.01, True), (0.03, False)])
def test_a_distortion_of_half_a_percent_counts(smoothing, is_honest):
    # The minimum is at 0.3 (1 - e) + e / 2 = 0.3 + 0.2 e.
    found = elicited("label_smoothing", "binary", smoothing=smoothing)
    assert found.is_honest is is_honest
    assert f"probability {0.3 + 0.2 * smoothing:.3f}" in found.text


def test_rates_of_distributions_are_their_mean():
    found = elicited("kl_divergence")
    assert found.is_honest
    shares = np.random.default_rng(1).dirichlet(np.ones(3), 100).mean(0)
    assert found.text.endswith(", ".join(f"{share:.3g}" for share in shares))


def test_class_counts_are_those_of_the_sample():
    # Logit adjustment moves the minimum to equal scores, whatever the rates.
    assert "probability 0.500" in elicited("logit_adjusted", "binary").text
