"""Samples are the same at every call, and the expected loss wins on each."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, QuantileRegressor
from sklearn.metrics import log_loss, recall_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from skloss import compare_losses
from skloss.datasets import Sample, list_samples, load_sample
from skloss.table import make_preprocessor, propose_roles, split_target
from skloss.tasks import as_task, propose_task

NAMES = [
    *("diabetes", "breast_cancer", "heavy_tailed", "deliveries", "rare_class"),
    *("wine", "digits"),
]
DECIDING = ("log_loss", "balanced_accuracy", "pr_auc")


def out_of_fold(name, model, method="predict", seed=0):
    """Target and held-out predictions of a model of scikit-learn."""
    sample = load_sample(name)
    X, y, _ = split_target(sample.frame, sample.target)
    folds = {"regression": KFold, "binary": StratifiedKFold}[sample.task]
    splits = folds(5, shuffle=True, random_state=seed)
    model = make_pipeline(make_preprocessor(X), model)
    return y, cross_val_predict(model, X, y, cv=splits, method=method)


def errors_of(name, model, **options):
    y, predicted = out_of_fold(name, model, **options)
    return np.abs(y - predicted)


def test_the_samples_are_listed():
    assert list_samples() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_complete(name):
    sample = load_sample(name)
    assert isinstance(sample, Sample)
    assert sample.task is as_task(sample.task)
    assert sample.target in sample.frame.columns
    assert sample.title
    assert "should win" in sample.story
    assert bool(sample.unit) is (sample.task == "regression")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_the_same_at_every_call_and_a_new_copy(name):
    first = load_sample(name).frame
    expected = first.copy()
    first.iloc[:, 0] = first.iloc[0, 0]
    pd.testing.assert_frame_equal(load_sample(name).frame, expected)


@pytest.mark.parametrize("name", NAMES)
def test_the_proposed_task_is_that_of_the_sample(name):
    sample = load_sample(name)
    assert propose_task(sample.frame[sample.target]).task == sample.task


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_a_sample_is_used(name):
    sample = load_sample(name)
    roles = propose_roles(sample.frame, sample.target)
    assert set(roles["role"]) == {"feature", "target"}


@pytest.mark.parametrize(
    ("name", "shape", "target", "unit"),
    [
        ("diabetes", (442, 11), "progression", "points"),
        ("breast_cancer", (569, 31), "diagnosis", ""),
        ("heavy_tailed", (500, 7), "takings", "euros"),
        ("deliveries", (500, 6), "time", "minutes"),
        ("rare_class", (2000, 7), "fails", ""),
        ("wine", (178, 14), "cultivar", ""),
        ("digits", (1797, 62), "digit", ""),
    ],
)
def test_samples_have_their_documented_size_and_target(name, shape, target, unit):
    sample = load_sample(name)
    assert sample.frame.shape == shape
    assert (sample.target, sample.unit) == (target, unit)
    assert sample.frame.columns[-1] == target


@pytest.mark.parametrize("name", NAMES)
def test_stories_and_titles_are_sentences_and_phrases(name):
    sample = load_sample(name)
    assert sample.story.endswith(".")
    assert "  " not in sample.story
    assert not sample.title.endswith(".")
    assert len(sample.title) <= 60


def test_a_sample_cannot_be_changed_by_accident():
    with pytest.raises(AttributeError):
        load_sample("diabetes").target = "age"


def test_an_unknown_sample_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no sample named 'iris'; there are diabetes"):
        load_sample("iris")


def test_the_real_samples_are_those_of_scikit_learn():
    diabetes = load_sample("diabetes").frame
    original = load_diabetes(scaled=False)
    np.testing.assert_array_equal(diabetes["progression"], original.target)
    np.testing.assert_array_equal(
        diabetes.drop(columns="progression").to_numpy(), original.data
    )
    wine, original = load_sample("wine").frame, load_wine()
    np.testing.assert_array_equal(wine.iloc[:, :-1].to_numpy(), original.data)
    counts = pd.crosstab(wine["cultivar"], original.target).to_numpy()
    np.testing.assert_array_equal(counts > 0, np.eye(3))
    cancer = load_sample("breast_cancer").frame
    original = load_breast_cancer()
    labels = original.target_names[original.target]
    np.testing.assert_array_equal(cancer["diagnosis"], labels)
    np.testing.assert_array_equal(
        cancer.drop(columns="diagnosis").to_numpy(), original.data
    )


def test_digits_keep_every_pixel_that_is_ever_dark():
    digits, original = load_sample("digits").frame, load_digits()
    dark = original.data.any(axis=0)
    np.testing.assert_array_equal(digits.iloc[:, :-1], original.data[:, dark])
    found = pd.crosstab(digits["digit"], original.target)
    assert ((found > 0).sum() == 1).all()
    assert found.idxmax().to_dict()[7] == "seven"


def test_the_rare_class_is_rare_and_the_positive_one():
    sample = load_sample("rare_class")
    shares = sample.frame[sample.target].value_counts(normalize=True)
    assert 0.04 <= shares["yes"] <= 0.05
    assert sorted(shares.index)[1] == "yes"


def test_the_synthetic_samples_have_categories_gaps_and_a_date():
    heavy, rare = load_sample("heavy_tailed").frame, load_sample("rare_class").frame
    kinds = propose_roles(heavy)["type"]
    assert {"date", "category", "number"} <= set(kinds)
    assert "category" in set(propose_roles(rare)["type"])
    for frame in (heavy, rare):
        assert 0 < frame.isna().mean().max() < 0.05


def test_diabetes_gains_nothing_from_absolute_error():
    squared = errors_of("diabetes", LinearRegression())
    absolute = errors_of("diabetes", QuantileRegressor(alpha=0))
    assert squared.mean() < absolute.mean()
    assert (squared**2).mean() < (absolute**2).mean()


def test_diabetes_leaves_no_heavy_tails():
    # Laplace is more likely than Gaussian below 0.7602, the root of pi / (2 e).
    rest = errors_of("diabetes", LinearRegression())
    assert rest.mean() / np.sqrt((rest**2).mean()) > 0.78


@pytest.mark.parametrize("seed", range(4))
def test_heavy_tails_are_won_by_absolute_error(seed):
    squared = errors_of("heavy_tailed", LinearRegression(), seed=seed)
    absolute = errors_of("heavy_tailed", QuantileRegressor(alpha=0), seed=seed)
    assert absolute.mean() < 0.96 * squared.mean()


def test_heavy_tails_are_likelier_under_laplace():
    # Closed forms of the log density at the scale of maximum likelihood.
    rest = errors_of("heavy_tailed", QuantileRegressor(alpha=0))
    laplace = np.log(2 * rest.mean()) + 1
    squares = errors_of("heavy_tailed", LinearRegression()) ** 2
    gaussian = 0.5 * np.log(2 * np.pi * squares.mean()) + 0.5
    assert laplace < gaussian - 0.3


def test_takings_are_never_negative():
    assert load_sample("heavy_tailed").frame["takings"].min() > 0


def test_delivery_times_have_a_mean_above_the_median_and_more_so_far_away():
    predicted = {
        name: out_of_fold("deliveries", model)[1]
        for name, model in (
            ("mean", LinearRegression()),
            ("median", QuantileRegressor(quantile=0.5, alpha=0)),
            ("late", QuantileRegressor(quantile=0.9, alpha=0)),
        )
    }
    sample = load_sample("deliveries").frame
    far = sample["distance"] > sample["distance"].median()
    gap = predicted["mean"] - predicted["median"]
    assert gap[far].mean() > 1.5 * gap[~far].mean() > 0
    kept = (sample["time"] <= predicted["late"]).mean()
    assert kept == pytest.approx(0.9, abs=0.03)


def test_class_weights_find_more_failures_and_distort_probabilities():
    plain = LogisticRegression(max_iter=1000)
    weighted = LogisticRegression(max_iter=1000, class_weight="balanced")
    y, p_plain = out_of_fold("rare_class", plain, "predict_proba")
    y, p_weighted = out_of_fold("rare_class", weighted, "predict_proba")
    y, p_constant = out_of_fold("rare_class", DummyClassifier(), "predict_proba")
    assert log_loss(y, p_plain) < 0.75 * log_loss(y, p_constant)
    assert log_loss(y, p_plain) < 0.5 * log_loss(y, p_weighted)
    found = {
        name: recall_score(y == "yes", p[:, 1] > 0.5)
        for name, p in (("plain", p_plain), ("weighted", p_weighted))
    }
    assert found["plain"] < 0.5 < 0.7 < found["weighted"]


def test_breast_cancer_is_easy():
    y, predicted = out_of_fold("breast_cancer", LogisticRegression())
    assert (y == predicted).mean() > 0.96


@pytest.fixture(scope="module")
def found():
    """The comparison with default settings of each sample whose story is checked."""

    def compared(name):
        sample = load_sample(name)
        X, y, _ = split_target(sample.frame, sample.target)
        return compare_losses(X, y)

    return {name: compared(name) for name in NAMES[:5]}


def test_the_first_comparison_confirms_the_story_of_heavy_tails(found):
    typical, noise = (found["heavy_tailed"].standing(m) for m in ("mae", "nll"))
    assert noise.index[0] == "absolute_error"
    assert not typical.loc[["absolute_error", "huber"], "clear"].any()
    assert typical.loc["squared_error", "clear"]
    assert noise["clear"].iloc[1:].all()


def test_the_first_comparison_confirms_the_story_of_deliveries(found):
    best = {m: found["deliveries"].standing(m).index[0] for m in ("mae", "rmse")}
    assert best["mae"] in ("absolute_error", "huber")
    assert best["rmse"] in ("squared_error", "gaussian_nll")


def test_the_first_comparison_confirms_the_story_of_diabetes(found):
    large_errors = found["diabetes"].standing("rmse")
    assert large_errors.index[0] in ("squared_error", "gaussian_nll")
    assert not large_errors["clear"].any()


def test_the_first_comparison_confirms_the_story_of_breast_cancer(found):
    clear = {m: found["breast_cancer"].standing(m)["clear"].any() for m in DECIDING}
    assert clear == dict.fromkeys(DECIDING, False)


def test_the_first_comparison_confirms_the_story_of_the_rare_class(found):
    # The probabilities of focal are recovered, so that cross-entropy has no advantage.
    probabilities = found["rare_class"].standing("log_loss")
    assert not probabilities["clear"].any()
    assert np.ptp(probabilities["mean"]) < 0.003
    decisions = found["rare_class"].standing("balanced_accuracy")
    assert not decisions["clear"].any()
    assert decisions["mean"].max() < 0.7
