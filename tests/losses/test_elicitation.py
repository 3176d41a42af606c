"""What a constant fit elicits: mean, median, quantile, expectile, base rate."""

import numpy as np
import pytest
import torch
from scipy import optimize, stats
from scipy.spatial.distance import jensenshannon
from scipy.special import expit, logit, softmax

from skloss import TorchClassifier, TorchRegressor, get_loss, list_losses
from skloss.losses import Custom

RNG = np.random.default_rng(1)
SKEWED = RNG.gamma(1.5, 2.0, 301)
COUNTS = RNG.poisson(2.0, 300).astype(float)


def expectile(y, level):
    def balance(m):
        return (
            level * np.maximum(y - m, 0).sum()
            - (1 - level) * np.maximum(m - y, 0).sum()
        )

    return optimize.brentq(balance, y.min(), y.max())


def weighted_median(y, weight):
    order = np.argsort(y)
    share = np.cumsum(weight[order]) / weight.sum()
    return y[order][np.searchsorted(share, 0.5)]


def constant_fit(loss, y, n_outputs):
    """Best constant raw scores, by SciPy from several starts."""
    y = torch.as_tensor(y)

    def objective(raw):
        raw = torch.tensor(raw, dtype=torch.float64, requires_grad=True)
        value = loss(raw.expand(len(y), n_outputs), y)
        value.backward()
        return value.item(), raw.grad.numpy()

    starts = [np.full(n_outputs, s) for s in (0.0, 1.0, 3.0)]
    found = [
        optimize.minimize(objective, s, jac=True, method="L-BFGS-B") for s in starts
    ]
    for start in starts:  # kinks stop a gradient method early: continue without one
        begun = min(found, key=lambda f: f.fun)
        found.append(
            optimize.minimize(
                lambda raw: objective(raw)[0],
                begun.x + 1e-3 * start,
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-14},
            )
        )
    best = min(found, key=lambda f: f.fun).x
    return torch.as_tensor(best)[None]


NUMBERS = [
    ("squared_error", {}, SKEWED, SKEWED.mean()),
    ("absolute_error", {}, SKEWED, np.median(SKEWED)),
    ("quantile", {"quantile": 0.8}, SKEWED, np.quantile(SKEWED, 0.8)),
    ("multi_quantile", {"quantiles": (0.2, 0.5, 0.9)}, SKEWED, np.median(SKEWED)),
    ("expectile", {"expectile": 0.8}, SKEWED, expectile(SKEWED, 0.8)),
    ("huber", {"delta": 1e6}, SKEWED, SKEWED.mean()),
    ("huber", {"delta": 1e-4}, SKEWED, np.median(SKEWED)),
    ("pseudo_huber", {"delta": 1e4}, SKEWED, SKEWED.mean()),
    ("pseudo_huber", {"delta": 1e-5}, SKEWED, np.median(SKEWED)),
    ("log_cosh", {"scale": 1e4}, SKEWED, SKEWED.mean()),
    ("log_cosh", {"scale": 1e-4}, SKEWED, np.median(SKEWED)),
    ("general_robust", {"alpha": 2.0}, SKEWED, SKEWED.mean()),
    ("general_robust", {"alpha": 1.0, "scale": 1e-4}, SKEWED, np.median(SKEWED)),
    ("absolute_percentage_error", {}, SKEWED, weighted_median(SKEWED, 1 / SKEWED)),
    ("linex", {"a": 0.7}, SKEWED, -np.log(np.exp(-0.7 * SKEWED).mean()) / 0.7),
    ("linex", {"a": -0.3}, SKEWED, np.log(np.exp(0.3 * SKEWED).mean()) / 0.3),
    ("squared_log_error", {}, SKEWED, np.expm1(np.log1p(SKEWED).mean())),
    ("poisson", {}, COUNTS, COUNTS.mean()),
    ("negative_binomial", {}, COUNTS, COUNTS.mean()),
    ("gamma", {}, SKEWED, SKEWED.mean()),
    ("tweedie", {"power": 1.3}, SKEWED, SKEWED.mean()),
    ("gaussian_nll", {}, SKEWED, SKEWED.mean()),
    ("beta_nll", {"beta": 1.0}, SKEWED, SKEWED.mean()),
    ("laplace_nll", {}, SKEWED, np.median(SKEWED)),
]


@pytest.mark.parametrize(
    ("name", "params", "y", "expected"), NUMBERS, ids=lambda v: str(v)[:30]
)
def test_constant_fit_returns_what_the_loss_elicits(name, params, y, expected):
    loss = get_loss(name, **params)
    raw = constant_fit(loss, y, loss.n_outputs(1))
    scale = np.std(y)
    assert loss.predict(raw)[0, 0].item() == pytest.approx(expected, abs=0.02 * scale)


SYMMETRIC = RNG.normal(5.0, 2.0, 400)


@pytest.mark.parametrize("name", ["student_t_nll", "gaussian_crps", "laplace_crps"])
def test_location_of_a_symmetric_sample_is_its_centre(name):
    loss = get_loss(name)
    raw = constant_fit(loss, SYMMETRIC, loss.n_outputs(1))
    assert loss.predict(raw)[0, 0].item() == pytest.approx(5.0, abs=0.3)


def test_every_loss_on_numbers_is_compared_with_its_functional():
    shown = {name for name, *_ in NUMBERS} | {"kl_divergence", "js_divergence"}
    shown |= {"student_t_nll", "gaussian_crps", "laplace_crps"}
    assert shown == set(list_losses("regression"))


def test_gaussian_head_finds_the_variance_and_laplace_head_the_mean_deviation():
    raw = constant_fit(get_loss("gaussian_nll"), SKEWED, 2)
    assert raw[0, 1].exp().item() == pytest.approx(SKEWED.var(), rel=1e-3)
    raw = constant_fit(get_loss("laplace_nll"), SKEWED, 2)
    deviation = np.abs(SKEWED - np.median(SKEWED)).mean()
    assert raw[0, 1].exp().item() == pytest.approx(deviation, rel=1e-3)


def test_student_t_head_is_scipys_maximum_likelihood():
    y = stats.t(4.0).rvs(1000, random_state=0)
    loss = get_loss("student_t_nll", constant=True)
    raw = constant_fit(loss, y, 3)
    df, loc, scale = stats.t.fit(y)
    best = -stats.t(df, loc, scale).logpdf(y).mean()
    found = loss(raw.expand(1000, 3), torch.as_tensor(y)).item()
    assert found == pytest.approx(best, abs=1e-3)


BITS = np.array([1] * 30 + [0] * 70)
CLASSES = np.repeat([0, 1, 2], [60, 30, 10])


@pytest.mark.parametrize("name", list_losses("classification"))
def test_proper_losses_elicit_the_base_rate_and_the_others_do_not(name):
    loss = get_loss(name).bind(BITS)
    raw = constant_fit(loss, BITS, 1)[0, 0].item()
    honest = abs(expit(raw) - 0.3) < 1e-3
    assert honest == loss.is_proper


@pytest.mark.parametrize("name", list_losses("multiclass"))
def test_proper_losses_elicit_the_rates_of_three_classes(name):
    loss = get_loss(name).bind(CLASSES)
    raw = constant_fit(loss, CLASSES, 3)[0].numpy()
    honest = np.abs(softmax(raw) - [0.6, 0.3, 0.1]).max() < 1e-3
    assert honest == loss.is_proper


def test_focal_flattens_and_keeps_the_side_of_one_half():
    raw = constant_fit(get_loss("focal"), BITS, 1)[0, 0].item()
    assert 0.3 < expit(raw) < 0.5


def test_logit_adjusted_elicits_equal_scores_at_any_rate():
    loss = get_loss("logit_adjusted").bind(BITS)
    raw = constant_fit(loss, BITS, 1)[0, 0].item()
    assert raw == pytest.approx(logit(0.3) - logit(0.3), abs=1e-3)


def test_corn_elicits_the_class_frequencies():
    loss = get_loss("corn")
    raw = constant_fit(loss, CLASSES, 2)
    np.testing.assert_allclose(loss.probabilities(raw)[0], [0.6, 0.3, 0.1], atol=1e-3)


def test_multilabel_losses_elicit_the_rate_of_each_label_if_proper():
    y = np.column_stack([BITS, 1 - BITS]).astype(float)
    raw = constant_fit(get_loss("binary_cross_entropy"), y, 2)[0].numpy()
    np.testing.assert_allclose(expit(raw), [0.3, 0.7], atol=1e-3)
    raw = constant_fit(get_loss("asymmetric"), y, 2)[0].numpy()
    assert np.abs(expit(raw) - [0.3, 0.7]).max() > 0.02


def test_divergences_elicit_the_mean_distribution():
    P = RNG.dirichlet([1.0, 2.0, 3.0], 200)
    raw = constant_fit(get_loss("kl_divergence"), P, 3)[0].numpy()
    np.testing.assert_allclose(softmax(raw), P.mean(0), atol=1e-3)


def test_js_divergence_has_the_minimum_of_scipys_distance():
    P = np.repeat(np.eye(3), [60, 30, 10], axis=0)

    def distance(z):
        return np.mean(jensenshannon(P, softmax(z)[None], axis=1) ** 2)

    oracle = optimize.minimize(distance, np.zeros(3), method="Nelder-Mead").x
    raw = constant_fit(get_loss("js_divergence"), P, 3)[0].numpy()
    np.testing.assert_allclose(softmax(raw), softmax(oracle), atol=2e-3)
    assert np.abs(softmax(raw) - [0.6, 0.3, 0.1]).max() > 0.05


@pytest.mark.parametrize("name", ["kl_divergence", "js_divergence"])
def test_divergences_learn_from_rows_that_are_distributions(name):
    X = RNG.normal(size=(300, 2))
    P = softmax(X @ [[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]], axis=1)
    model = TorchRegressor(name, random_state=0).fit(X, P)
    found = model.predict(X)
    np.testing.assert_allclose(found.sum(1), 1.0)
    assert np.abs(found - P).mean() < 0.05
    with pytest.raises(ValueError, match="sum to 1"):
        TorchRegressor(name).fit(X, P[:, :2])
    with pytest.raises(ValueError, match="shape"):
        TorchRegressor(name).fit(X, P[:, 0])


def test_corn_learns_ordered_classes():
    X = RNG.normal(size=(600, 2))
    y = np.digitize(X[:, 0] + 0.3 * RNG.normal(size=600), [-1.0, 0.0, 1.0])
    model = TorchClassifier("corn", random_state=0).fit(X, y)
    proba = model.predict_proba(X)
    assert proba.shape == model.decision_function(X).shape == (600, 4)
    np.testing.assert_allclose(proba.sum(1), 1.0)
    assert np.abs(model.predict(X) - y).mean() < 0.4


def test_asymmetric_learns_labels():
    X = RNG.normal(size=(500, 3))
    Y = (X @ RNG.normal(size=(3, 4)) > 1.0).astype(int)
    model = TorchClassifier("asymmetric", n_members=1, random_state=0).fit(X, Y)
    assert (model.predict(X) == Y).mean() > 0.85


def test_a_custom_function_elicits_the_minimum_of_its_formula():
    raw = constant_fit(Custom(lambda f, y: (f - y) ** 4), SYMMETRIC, 1)
    cubed = optimize.brentq(lambda m: ((SYMMETRIC - m) ** 3).sum(), 0, 10)
    assert raw.item() == pytest.approx(cubed, abs=1e-3)


def test_huber_learns_a_line_without_noise():
    X = np.random.default_rng(0).normal(size=(1000, 3))
    y = 3 * X[:, 0] + 1
    assert TorchRegressor("huber", random_state=0).fit(X, y).score(X, y) > 0.99
