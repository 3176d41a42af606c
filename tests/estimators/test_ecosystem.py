"""Estimators with libraries around scikit-learn; each is optional."""

import numpy as np
import pytest
import torch
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skloss import TorchClassifier, TorchRegressor, metrics
from skloss.losses import Quantile
from tests.estimators.small import SMALL

REASON = "an optional library, which is not installed"
X, Y = load_diabetes(return_X_y=True)
A, B = load_breast_cancer(return_X_y=True)


@pytest.fixture(scope="module")
def polars():
    return pytest.importorskip("polars", reason=REASON)


def test_polars_frames_are_learned_by_name(polars):
    names = list("abcdefghij")
    frame, y = polars.DataFrame(X, schema=names), polars.Series("y", Y)
    model = TorchRegressor(**SMALL).fit(frame, y)
    assert model.feature_names_in_.tolist() == names
    plain = TorchRegressor(**SMALL).fit(X, Y)
    np.testing.assert_array_equal(model.predict(frame), plain.predict(X))
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame.rename({"a": "z"}))
    weight = polars.Series(np.linspace(0.1, 2, len(Y)))
    model.fit(frame, y, weight, X_val=frame, y_val=y, sample_weight_val=weight)
    assert model.history_["validation"].notna().all()


def test_polars_series_are_classes_and_their_nulls_are_refused(polars):
    names = np.where(B == 1, "yes", "no")
    for dtype in (polars.String, polars.Categorical, polars.Enum(["yes", "no"])):
        y = polars.Series(names).cast(dtype)
        model = TorchClassifier(**SMALL).fit(A, y)
        assert model.classes_.tolist() == ["no", "yes"]
        assert model.score(A, names) > 0.9
    with pytest.raises(ValueError, match="1 value is missing"):
        TorchClassifier(**SMALL).fit(A, polars.Series([None, *names[1:]]))
    with pytest.raises(ValueError, match="NaN"):
        TorchRegressor(**SMALL).fit(X, polars.Series([None, *Y[1:]]))


def test_a_pipeline_passes_polars_frames_on(polars):
    frame = polars.DataFrame(X).with_columns(
        polars.Series("group", np.array(["a", "b"])[np.arange(len(Y)) % 2])
    )
    encode = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["group"]), remainder=StandardScaler()
    ).set_output(transform="polars")
    pipe = make_pipeline(encode, TorchRegressor(**SMALL))
    predicted = cross_val_predict(pipe, frame, Y, cv=3)
    assert np.corrcoef(predicted, Y)[0, 1] > 0.5
    names = pipe.fit(frame, Y)[-1].feature_names_in_
    assert names[:2].tolist() == ["onehotencoder__group_a", "onehotencoder__group_b"]


def test_samplers_of_imbalanced_learn_resample_training_rows_alone():
    pipeline = pytest.importorskip("imblearn.pipeline", reason=REASON)
    sampling = pytest.importorskip("imblearn.under_sampling", reason=REASON)
    kept = (B == 1) | (np.arange(len(B)) % 9 == 0)
    sampler = sampling.RandomUnderSampler(random_state=0)
    pipe = pipeline.make_pipeline(sampler, TorchClassifier(**SMALL))
    pipe.fit(A[kept], B[kept])
    fewer, labels = sampler.fit_resample(A[kept], B[kept])
    alone = TorchClassifier(**SMALL).fit(fewer, labels)
    expected = alone.predict_proba(A)
    np.testing.assert_array_equal(pipe.predict_proba(A), expected)
    score = metrics.log_score_scorer(pipe, A, B)
    assert score == metrics.log_score_scorer(alone, A, B)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("hidden", [(), (16,)])
def test_shap_explains_networks_by_gradients(hidden):
    shap = pytest.importorskip("shap", reason=REASON)
    model = TorchRegressor(**SMALL | {"hidden_layer_sizes": hidden})
    network = model.set_params(numeric_encoding=None).fit(X, Y).network_
    rows, background = torch.as_tensor(X[:4]), torch.as_tensor(X[:60])
    values = shap.DeepExplainer(network, background).shap_values(rows)
    mean = network(background).mean().item()
    total = values.reshape(4, -1).sum(1) + mean
    np.testing.assert_allclose(total, network(rows)[:, 0].detach(), rtol=1e-5)
    sampled = shap.GradientExplainer(network, background).shap_values(rows)
    assert np.isfinite(sampled).all()


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_shap_explains_linear_models_by_their_coefficients():
    shap = pytest.importorskip("shap", reason=REASON)
    linear = {"hidden_layer_sizes": ()}
    regressor, classifier = TorchRegressor(**linear), TorchClassifier(**linear)
    found = shap.LinearExplainer(regressor.fit(X, Y), X)(X[:4])
    total = found.values.sum(1) + found.base_values
    np.testing.assert_allclose(total, regressor.predict(X[:4]))
    found = shap.LinearExplainer(classifier.fit(A, B), A)(A[:4])
    total = found.values.sum(1) + found.base_values
    np.testing.assert_allclose(total, classifier.decision_function(A[:4]))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_intervals_of_mapie_cover_about_their_share():
    mapie = pytest.importorskip("mapie.regression", reason=REASON)
    fit, held, new = slice(0, 200), slice(200, 320), slice(320, None)
    model = TorchRegressor(**SMALL).fit(X[fit], Y[fit])
    levels = (Quantile(level) for level in (0.05, 0.95, 0.5))
    quantiles = [TorchRegressor(one, **SMALL).fit(X[fit], Y[fit]) for one in levels]
    settings = {"confidence_level": 0.9, "prefit": True}
    for conformal in (
        mapie.SplitConformalRegressor(model, **settings),
        mapie.ConformalizedQuantileRegressor(quantiles, **settings),
    ):
        conformal.conformalize(X[held], Y[held])
        _, interval = conformal.predict_interval(X[new])
        covered = (interval[:, 0, 0] <= Y[new]) & (Y[new] <= interval[:, 1, 0])
        assert 0.8 < covered.mean() <= 1.0
