"""Formulas as losses: training, units, copies, comparisons and checks."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.model_selection import GridSearchCV

from skloss import TorchClassifier, TorchRegressor, check_loss, compare_losses, get_loss
from skloss.losses import Expression

GAUSSIAN = "0.5*(logvar + (y - mu)**2 * exp(-logvar))"
PINBALL = "where(y > mu, 0.9 * (y - mu), 0.1 * (mu - y))"
LINEAR = {"hidden_layer_sizes": (), "random_state": 0}
X, Y = load_diabetes(return_X_y=True)

TWINS = [
    (GAUSSIAN, "gaussian_nll"),
    ("(y - mu)**2", "squared_error"),
    ("abs(y - mu)", "absolute_error"),
    (PINBALL, get_loss("quantile", quantile=0.9)),
    ("log_cosh(y - mu)", get_loss("log_cosh", scale=1.0)),
]


@pytest.mark.parametrize(("text", "twin"), TWINS)
def test_a_formula_has_the_values_of_its_twin(text, twin):
    loss, twin = Expression(text), get_loss(twin)
    for k in (1, 2):
        raw, y = torch.randn(3, 5, loss.n_outputs(k)), torch.randn(3, 5, k)
        y = y.squeeze(-1)
        torch.testing.assert_close(loss.pointwise(raw, y), twin.pointwise(raw, y))


@pytest.mark.parametrize("unit", [1.0, 1e-12, 1e12])
@pytest.mark.parametrize(("text", "twin"), TWINS[:3])
def test_a_formula_trains_as_well_as_its_twin_in_any_unit(text, twin, unit):
    found = TorchRegressor(Expression(text), **LINEAR).fit(X, unit * Y)
    wanted = TorchRegressor(twin, **LINEAR).fit(X, Y)
    assert found.score(X, unit * Y) > wanted.score(X, Y) - 0.02


def test_a_declared_formula_trains_as_its_twin():
    loss = Expression(GAUSSIAN, distribution="gaussian")
    models = [TorchRegressor(one, **LINEAR).fit(X, Y) for one in (loss, "gaussian_nll")]
    spread = [model.predict_distribution(X).std() for model in models]
    # Two solvers reach one optimum up to their tolerances.
    np.testing.assert_allclose(*spread, rtol=1e-4)


@pytest.mark.parametrize("text", [text for text, _ in TWINS])
def test_a_formula_passes_every_law(text):
    assert check_loss(Expression(text)).ok


def test_a_formula_is_cloned_pickled_and_printed():
    loss = Expression(GAUSSIAN)
    loss.check_params()
    assert loss.n_outputs(2) == 4
    for copy in (clone(loss), pickle.loads(pickle.dumps(loss)), eval(repr(loss))):
        assert copy.get_params() == loss.get_params()
        assert repr(copy) == repr(loss) == f"Expression(text={GAUSSIAN!r})"
        assert copy.stack_key == loss.stack_key
    assert loss.set_params(text="abs(y - mu)").n_outputs(2) == 2
    assert Expression("(y - mu)**4").stack_key != loss.stack_key


def test_a_fitted_formula_is_pickled():
    model = TorchRegressor(Expression(GAUSSIAN), **LINEAR).fit(X, Y)
    same = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(same.predict(X), model.predict(X))


def test_formulas_are_compared_searched_and_written_in_a_script():
    estimator = TorchRegressor(solver="adam", max_iter=5, **LINEAR)
    losses = [Expression("abs(y - mu)"), Expression("(y - mu)**2"), "mae"]
    comparison = compare_losses(X, Y, losses, estimator=estimator, cv=2)
    assert len(comparison.table) == 3
    assert 'Expression(text="abs(y - mu)")' in comparison.script()
    assert "from skloss.losses import Expression" in comparison.script()
    search = GridSearchCV(
        estimator.set_params(loss=losses[0]),
        {"loss__text": ["abs(y - mu)", "(y - mu)**2"]},
        cv=2,
    ).fit(X, Y)
    assert search.best_params_["loss__text"] in ("abs(y - mu)", "(y - mu)**2")


def test_weights_of_rows_apply_to_a_formula():
    weight = np.arange(len(Y)) % 3
    repeated = np.repeat(np.arange(len(Y)), weight)
    settings = LINEAR | {"batch_size": 10_000}
    loss = Expression("(y - mu)**2")
    found = TorchRegressor(loss, **settings).fit(X, Y, weight).predict(X)
    wanted = TorchRegressor(loss, **settings).fit(X[repeated], Y[repeated]).predict(X)
    np.testing.assert_allclose(found, wanted, atol=1e-2)


@pytest.mark.parametrize("text", ["9**9**9", "y", "mu - ", None])
def test_what_is_not_a_formula_is_refused_by_everything_that_takes_a_loss(text):
    for use in (
        get_loss,
        lambda loss: TorchRegressor(loss).fit(X, Y),
        lambda loss: compare_losses(X, Y, [loss]),
        check_loss,
    ):
        with pytest.raises(ValueError, match=r"formula|exponent"):
            use(Expression(text))


def test_a_formula_of_numbers_is_refused_for_classes():
    with pytest.raises(ValueError, match="does not support a binary target"):
        TorchClassifier(Expression("abs(y - mu)")).fit(np.eye(2), [0, 1])


def test_a_declaration_needs_as_many_outputs():
    with pytest.raises(ValueError, match="requires n_outputs=2, got 1"):
        get_loss(Expression("abs(y - mu)", distribution="gaussian"))


def test_the_text_is_escaped_in_tex():
    formula = Expression("a_1 * (y - mu)**2").formula
    assert formula == r"\texttt{a\_1 * (y - mu)**2}"
