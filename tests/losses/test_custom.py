"""User-defined losses: functions and subclasses."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_predict
from torch import nn

from skloss import TorchClassifier, TorchRegressor, compare_losses, get_loss
from skloss.losses import Custom, Loss
from tests.losses.textbook import SMALL, gaussian_nll_loss


def absolute(y_pred, y_true):
    return (y_pred - y_true).abs()


def test_a_textbook_gaussian_nll_predicts_mean_and_variance(data):
    X, y = data
    loss = Custom(gaussian_nll_loss, n_outputs=2, distribution="gaussian")
    # Networks of ReLU start at a linear model, whose steps differ in the last digits.
    params = {"activation": "tanh", "random_state": 0}
    model = TorchRegressor(loss, **params).fit(X, y)
    built_in = TorchRegressor("gaussian_nll", **params).fit(X, y)
    np.testing.assert_allclose(model.predict(X), built_in.predict(X), atol=1e-6)
    found = model.predict_distribution(X)
    np.testing.assert_allclose(
        found.std(), built_in.predict_distribution(X).std(), rtol=1e-6
    )
    assert np.corrcoef(np.log(found.std()), X[:, 1])[0, 1] > 0.9


def test_a_textbook_gaussian_nll_starts_where_its_twin_does(data):
    X, y = data
    loss = Custom(gaussian_nll_loss, n_outputs=2, distribution="gaussian")
    scores = [
        TorchRegressor(loss, random_state=0)
        .fit(X[:300], y[:300])
        .predict_distribution(X[300:])
        .logpdf(y[300:])
        .mean()
        for loss in (loss, "gaussian_nll")
    ]
    assert scores[0] == pytest.approx(scores[1], abs=0.03)


def test_any_family_that_a_likelihood_loss_states_can_be_declared(data):
    X, y = data
    student = get_loss("student_t_nll")

    def student_t_nll(y_pred, y_true):
        return student.pointwise(torch.stack(y_pred, dim=-1), y_true).mean()

    loss = Custom(student_t_nll, n_outputs=3, distribution="student_t")
    params = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0}
    found = TorchRegressor(loss, **params).fit(X, y).predict_distribution(X)
    assert found.family.name == "student_t"
    assert np.isfinite(found.logpdf(y)).all()


def test_without_a_declared_distribution_the_first_output_is_predicted(data):
    X, y = data
    model = TorchRegressor(Custom(gaussian_nll_loss, n_outputs=2), random_state=0)
    model.fit(X, y)
    assert model.score(X, y) > 0.3
    with pytest.raises(ValueError, match="implies no distribution"):
        model.predict_distribution(X)


def test_a_plain_function_is_a_loss(data):
    X, y = data
    plain = TorchRegressor(absolute, **SMALL).fit(X, y)
    assert plain.loss_.name == "absolute"
    assert plain.score(X, y) > 0.3
    np.testing.assert_array_equal(clone(plain).fit(X, y).predict(X), plain.predict(X))


def test_a_mean_and_a_value_per_row_train_equally(data):
    X, y = data
    rows = TorchRegressor(absolute, **SMALL).fit(X, y)
    mean = TorchRegressor(lambda f, t: (f - t).abs().mean(), **SMALL).fit(X, y)
    np.testing.assert_allclose(mean.predict(X), rows.predict(X), atol=1e-6)


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_a_network_of_few_rows_is_as_good_as_that_of_the_built_in_twin(size):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4))
    y = size * (X @ [1.0, -2.0, 0.5, 0.0] + 0.5 * rng.standard_t(3, 600))
    found = [
        TorchRegressor(loss, n_members=1, random_state=0)
        .fit(X[:100], y[:100])
        .score(X[100:], y[100:])
        for loss in (lambda f, t: (f - t).abs().mean(), "absolute_error")
    ]
    assert found[0] > found[1] - 0.02  # 0.1 less from random weights


def root_mean_square(y_pred, y_true):
    return (y_pred - y_true).square().mean().sqrt()


def test_networks_of_a_mean_start_where_those_of_its_rows_do(data):
    X, y = data
    # Of a function with curvature, networks start at a linear model whose penalty is
    # chosen on folds: rows that are left out must not be in the mean.
    params = {**SMALL, "max_iter": 3}
    of_rows = TorchRegressor(lambda f, t: (f - t).square(), **params)
    of_mean = TorchRegressor(lambda f, t: (f - t).square().mean(), **params)
    found = [model.fit(X[:80], y[:80]).predict(X) for model in (of_rows, of_mean)]
    np.testing.assert_allclose(*found, atol=1e-6)


@pytest.mark.parametrize(
    ("f", "values"),
    [
        (gaussian_nll_loss, [0.5, 2.0]),  # 1^2 / 2 and 2^2 / 2
        (lambda p, y: torch.stack(p).sum(0) - y, [1.0, 2.0]),
        (lambda p, y: (p[0] - y).square().sum(), [1.0, 4.0]),
    ],
)
def test_a_bound_mean_has_a_value_of_each_row(f, values):
    loss = Custom(f, n_outputs=2).bind(np.array([0.0, 2.0]))
    raw = torch.tensor([[1.0, 0.0], [4.0, 0.0]], dtype=torch.float64)
    y = torch.tensor([0.0, 2.0], dtype=torch.float64)
    assert loss.has_row_values
    np.testing.assert_allclose(loss.pointwise(raw, y), values)


def test_a_number_that_is_not_a_mean_of_rows_trains_as_a_whole(data):
    X, y = data
    assert not Custom(root_mean_square).bind(y).has_row_values
    found = TorchRegressor(root_mean_square, hidden_layer_sizes=(), alpha=0).fit(X, y)
    A = np.c_[np.ones(len(X)), X]  # it has the minimum of least squares
    wanted = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    np.testing.assert_allclose(found.predict(X), wanted, atol=1e-4)
    small = TorchRegressor(root_mean_square, **SMALL).fit(X[:80], y[:80])
    assert small.score(X[80:], y[80:]) > 0.3


def test_a_single_number_is_refused_with_sample_weight(data):
    X, y = data
    loss = Custom(gaussian_nll_loss, n_outputs=2)
    with pytest.raises(ValueError, match="one value per row"):
        TorchRegressor(loss, **SMALL).fit(X, y, np.linspace(0.5, 1.5, len(y)))
    with pytest.raises(ValueError, match="one value per row"):
        loss(torch.zeros(3, 2), torch.zeros(3), torch.ones(3))
    weighted = TorchRegressor(absolute, **SMALL).fit(X, y, np.linspace(0.5, 1.5, 600))
    assert weighted.score(X, y) > 0.3


def test_a_function_that_broadcasts_is_refused(data):
    X, y = data
    with pytest.raises(ValueError, match=r"returned shape \(\d+, \d+\)"):
        TorchRegressor(lambda f, t: f[:, None] - t, **SMALL).fit(X, y)


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda f, y: (f - y).detach().sum().item(), TypeError, "returned a float"),
        (lambda f, y: (f - y).detach() ** 2, ValueError, "is cut"),
        (gaussian_nll_loss, ValueError, r"losses\.Custom\(f, n_outputs="),
    ],
)
def test_an_untrainable_function_raises_with_the_reason(f, error, message, data):
    with pytest.raises(error, match=message):
        TorchRegressor(f, **SMALL).fit(*data)


class Quartic(Loss):
    """A user's subclass."""

    tasks = ("regression",)

    def __init__(self, power=4.0):
        self.power = power

    def pointwise(self, raw_prediction, y_true):
        return (raw_prediction[..., 0] - y_true).abs() ** self.power


def test_a_subclass_works_with_parameters_in_a_grid_search(data):
    X, y = data
    search = GridSearchCV(
        TorchRegressor(Quartic(), **SMALL), {"loss__power": [1.0, 4.0]}, cv=2
    ).fit(X, y)
    assert search.best_estimator_.loss_.power in (1.0, 4.0)
    assert TorchRegressor(Quartic, **SMALL).fit(X, y).score(X, y) > 0.2


def test_comparison_takes_functions_and_equals_cross_val_predict(data):
    X, y = data
    estimator = TorchRegressor(**SMALL)
    comparison = compare_losses(
        X, y, ["mae", absolute, nn.SmoothL1Loss()], estimator=estimator, cv=3
    )
    assert comparison.table.index.tolist() == [
        "absolute_error", "absolute", "SmoothL1Loss",
    ]  # fmt: skip
    alone = cross_val_predict(
        estimator.set_params(loss=absolute), X, y, cv=comparison.splits
    )
    frame = comparison.predictions.query("loss == 'absolute'").sort_values("row")
    np.testing.assert_allclose(frame["y_pred"], alone, atol=1e-6)


def test_unequal_folds_do_not_change_a_function_that_returns_a_mean(data):
    X, y = data[0][:301], data[1][:301]
    loss = Custom(gaussian_nll_loss, n_outputs=2, distribution="gaussian")
    estimator = TorchRegressor(**SMALL)
    comparison = compare_losses(X, y, [loss], estimator=estimator, cv=4)
    alone = cross_val_predict(
        estimator.set_params(loss=loss), X, y, cv=comparison.splits
    )
    found = comparison.predictions.sort_values("row")["y_pred"]
    np.testing.assert_allclose(found, alone, atol=1e-6)


def test_a_custom_loss_is_cloned_pickled_and_printed():
    loss = Custom(gaussian_nll_loss, n_outputs=2, distribution="gaussian")
    for copy in (clone(loss), pickle.loads(pickle.dumps(loss))):
        assert copy.get_params() == loss.get_params()
        assert copy.n_outputs == 2
        assert copy.n_outputs(3) == 6
        assert copy.set_params(n_outputs=3).n_outputs(2) == 6
    assert "n_outputs=2" in repr(loss)


def test_outputs_of_several_targets_are_in_blocks():
    loss = Custom(gaussian_nll_loss, n_outputs=2)
    raw, y = torch.randn(5, 6), torch.randn(5, 3)
    twin = get_loss("gaussian_nll").pointwise(raw, y) / 3
    torch.testing.assert_close(loss(raw, y), twin.mean())


def test_other_types_and_declarations_raise(data):
    X, y = data
    for wrong in (3, None, ["mse"]):
        with pytest.raises(TypeError, match="loss must be"):
            TorchRegressor(wrong).fit(X, y)
    with pytest.raises(ValueError, match="distribution"):
        TorchRegressor(Custom(absolute, 2, "cauchy"), **SMALL).fit(X, y)
    with pytest.raises(ValueError, match="n_outputs=2"):
        TorchRegressor(Custom(absolute, 1, "gaussian"), **SMALL).fit(X, y)


@pytest.mark.parametrize("n_outputs", [2.5, "2", None, [2], 0, -1])
def test_the_number_of_outputs_is_a_positive_whole_number(n_outputs):
    with pytest.raises(ValueError, match="n_outputs must be a whole number"):
        Custom(gaussian_nll_loss, n_outputs=n_outputs)


LINEAR = {"hidden_layer_sizes": (), "max_iter": 100}


def test_bound_functions_of_one_family_stack(data):
    y = data[1]
    loss = Custom(gaussian_nll_loss, 2, "gaussian")
    halves = [
        loss.standardised(part.mean(0), part.std(0), part)
        for part in (y[:300], 1e3 * y[300:])
    ]
    raw, z = torch.randn(2, 7, 2).double(), torch.randn(2, 7).double()
    found = Loss.stack(halves).pointwise(raw, z)
    alone = [one.pointwise(r, t) for one, r, t in zip(halves, raw, z, strict=True)]
    torch.testing.assert_close(found, torch.stack(alone))


def test_a_function_of_steps_is_refused_because_training_cannot_follow_it():
    X = np.random.default_rng(0).normal(size=(60, 2))

    def rounded(y_pred, y_true):
        return torch.round(y_pred - y_true).abs()

    with pytest.raises(ValueError, match="gradient of rounded is zero although"):
        TorchRegressor(loss=rounded).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="gradient of rounded is zero although"):
        TorchClassifier(loss=rounded).fit(X, X[:, 0] > 0)


def test_a_function_without_slope_at_small_errors_is_trained():
    X = np.random.default_rng(0).normal(size=(200, 2))
    y = 5 * X[:, 0]

    def beyond_one(y_pred, y_true):
        return ((y_pred - y_true).abs() - 1).clamp(min=0)

    model = TorchRegressor(loss=beyond_one, hidden_layer_sizes=()).fit(X, y)
    assert np.abs(model.predict(X) - y).max() < 1.5
