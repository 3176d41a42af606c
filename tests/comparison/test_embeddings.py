"""Comparisons of embeddings: rows with labels, and two views of the same rows."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.cross_decomposition import CCA
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GroupKFold
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import (
    TorchAligner,
    TorchEmbedder,
    compare_losses,
    figures,
    list_losses,
    metrics,
    report,
)
from skloss.comparison import store_comparison
from skloss.losses import Triplet

SMALL = {"hidden_layer_sizes": (16,), "embedding_dim": 3, "max_iter": 15}
EMBEDDER, ALIGNER = TorchEmbedder(**SMALL), TorchAligner(**SMALL)
X, Y = load_wine(return_X_y=True, as_frame=True)


def views(n=120, seed=0):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, 2))
    return [
        hidden @ rng.normal(size=(2, d)) + 0.2 * rng.normal(size=(n, d)) for d in (4, 3)
    ]


FIRST, SECOND = views()


@pytest.fixture(scope="module")
def labelled():
    pca = {"pca": PCA(2)}
    losses = ["sup_con", "triplet", pca]
    return compare_losses(X, Y, losses, task="embedding", estimator=EMBEDDER, cv=3)


@pytest.fixture(scope="module")
def paired():
    losses = ["info_nce", "clip", {"cca": CCA(2)}]
    given = {"task": "pairs", "estimator": ALIGNER, "cv": 3}
    return compare_losses(FIRST, SECOND, losses, **given)


def share_of_equal_neighbours(labels, placed):
    """Recall@1 by scikit-learn's search, of rows at different distances."""
    nearest = NearestNeighbors(n_neighbors=2).fit(placed).kneighbors(placed)[1][:, 1]
    return np.mean(labels[nearest] == labels)


def test_scores_are_those_of_estimators_that_are_fitted_alone(labelled):
    y = Y.to_numpy()
    for fold, (train, test) in enumerate(labelled.splits):  # noqa: B007
        for loss in ("sup_con", "triplet"):
            alone = clone(EMBEDDER).set_params(loss=loss, random_state=0)
            placed = alone.fit(X.iloc[train], y[train]).transform(X.iloc[test])
            own = labelled.predictions.query("loss == @loss and fold == @fold")
            np.testing.assert_allclose(own.filter(like="y_pred"), placed, rtol=1e-5)
            scores = labelled.folds.query("loss == @loss and fold == @fold")
            found = scores.set_index("metric")["value"]
            expected = share_of_equal_neighbours(y[test], placed)
            assert found["recall_at_1"] == pytest.approx(expected)
            expected = metrics.map_at_r(y[test], placed)
            assert found["map_at_r"] == pytest.approx(expected)


def test_a_contender_of_fewer_columns_is_scored_by_its_own(labelled):
    rows = labelled.predictions[labelled.predictions["loss"] == "pca"]
    placed = rows.filter(like="y_pred")
    assert placed.isna().sum().tolist() == [0, 0, len(X)]
    train, test = labelled.splits[0]
    alone = PCA(2, random_state=0).fit(X.iloc[train]).transform(X.iloc[test])
    np.testing.assert_allclose(placed[rows["fold"] == 0].iloc[:, :2], alone)
    expected = share_of_equal_neighbours(Y.to_numpy()[test], alone)
    folds = labelled.folds.query("loss == 'pca' and metric == 'recall_at_1'")
    assert folds["value"].iloc[0] == pytest.approx(expected)
    assert set(labelled.standing("recall_at_1").index) == {"sup_con", "triplet", "pca"}


def test_folds_are_stratified_and_losses_ranked_by_paired_rows(labelled):
    counts = [np.bincount(Y.to_numpy()[test]) for _, test in labelled.splits]
    assert np.ptp(counts, axis=0).max() <= 1
    assert labelled.table.columns.unique(0).tolist() == metrics.metrics_for("embedding")
    assert labelled.standing("map_at_r")["gap"].iloc[0] == 0.0
    assert labelled._held_out.score(
        "map_at_r",
        labelled.folds.query("metric == 'map_at_r'").pivot(
            index="fold", columns="loss", values="value"
        ),
    )


def test_default_losses_are_those_of_the_task():
    settings = {"cv": 2, "scoring": "recall_at_1"}
    few = TorchEmbedder(**SMALL | {"max_iter": 2})
    found = compare_losses(X, Y, task="embedding", estimator=few, **settings)
    assert found.table.index.tolist() == list_losses("embedding")
    few = TorchAligner(**SMALL | {"max_iter": 2})
    found = compare_losses(FIRST, SECOND, task="pairs", estimator=few, **settings)
    assert found.table.index.tolist() == list_losses("pairs")


def test_baselines_of_labelled_rows(labelled):
    found = labelled.references()
    names = ["constant", "raw_features", "pca", "lda", "nca"]
    assert found.index.tolist() == names == list(labelled.task.baselines)
    scores = []
    for train, test in labelled.splits:
        scaler = StandardScaler().fit(X.iloc[train])
        placed = scaler.transform(X.iloc[test])
        scores.append(share_of_equal_neighbours(Y.to_numpy()[test], placed))
    mean = found.loc["raw_features", ("recall_at_1", "mean")]
    assert mean == pytest.approx(np.mean(scores))
    # Thirteen columns are fewer than the components of PCA: it is a rotation.
    assert found.loc["pca", ("map_at_r", "mean")] == pytest.approx(
        found.loc["raw_features", ("map_at_r", "mean")]
    )
    assert found.loc["lda", ("map_at_r", "mean")] > 0.8


def test_the_constant_scores_what_chance_gives(labelled, paired):
    y = Y.to_numpy()
    by_chance = [
        np.mean([(np.sum(y[test] == label) - 1) for label in y[test]]) / (len(test) - 1)
        for _, test in labelled.splits
    ]
    assert labelled.no_skill["recall_at_1"] == pytest.approx(np.mean(by_chance))
    assert paired.no_skill["recall_at_1"] == pytest.approx(1 / 40)
    # All rows at one point are aligned perfectly, so that alignment has no winner.
    assert "alignment" not in labelled.winners().index
    assert labelled.winners()["map_at_r"] in labelled.table.index


def test_nca_is_left_out_of_large_tables(labelled, monkeypatch):
    monkeypatch.setattr("skloss.comparison.embeddings._MOST_ROWS_FOR_NCA", 100)
    again = compare_losses(
        X, Y, "triplet", task="embedding", estimator=EMBEDDER, cv=2, scoring="map_at_r"
    )
    assert again.references().index[-1] == "nca"
    larger = compare_losses(
        X, Y, "triplet", task="embedding", estimator=EMBEDDER, cv=3, scoring="map_at_r"
    )
    assert "nca" not in larger.references().index


def test_baselines_can_be_stopped(labelled):
    again = compare_losses(
        X, Y, "triplet", task="embedding", estimator=EMBEDDER, cv=2, scoring="map_at_r"
    )
    assert again.references(stop=lambda: True) is None
    known = []
    found = again.references(stop=lambda: False, on_progress=known.append)
    (quick,) = known  # all but NCA
    assert quick.index.tolist() == found.index.tolist()[:-1]
    pd.testing.assert_frame_equal(quick, found.iloc[:-1])


def test_pairs_are_scored_on_both_held_out_views(paired):
    for fold, (train, test) in enumerate(paired.splits):  # noqa: B007
        alone = clone(ALIGNER).set_params(loss="info_nce", random_state=0)
        x, y = alone.fit(FIRST[train], SECOND[train]).transform(
            FIRST[test], SECOND[test]
        )
        own = paired.predictions.query("loss == 'info_nce' and fold == @fold")
        np.testing.assert_allclose(own.filter(like="y_pred"), x, rtol=1e-5)
        np.testing.assert_allclose(own.filter(like="y_true"), y, rtol=1e-5)
        scores = paired.folds.query("loss == 'info_nce' and fold == @fold")
        rank = (alone.similarity(FIRST[test], SECOND[test])).argmax(1)
        found = scores.set_index("metric")["value"]["recall_at_1"]
        assert found == pytest.approx(np.mean(rank == np.arange(len(test))))
    assert paired.table.columns.unique(0).tolist() == metrics.metrics_for("pairs")


def test_canonical_correlation_is_the_baseline_of_pairs(paired):
    """By the log-likelihood ratio of the Gaussian model that CCA fits."""
    found = paired.references()
    assert found.index.tolist() == ["constant", "cca"]
    recalls = []
    for train, test in paired.splits:
        joint = np.cov(np.hstack([FIRST[train], SECOND[train]]).T)
        mean = np.hstack([FIRST[train], SECOND[train]]).mean(0)
        x, y = FIRST[test] - mean[:4], SECOND[test] - mean[4:]
        slope = joint[4:, :4] @ np.linalg.inv(joint[:4, :4])
        noise = np.linalg.inv(joint[4:, 4:] - slope @ joint[:4, 4:])
        gap = y[None] - (x @ slope.T)[:, None]
        distance = np.einsum("ijk,kl,ijl->ij", gap, noise, gap)
        recalls.append(np.mean(distance.argmin(1) == np.arange(len(test))))
    mean = found.loc["cca", ("recall_at_1", "mean")]
    assert mean == pytest.approx(np.mean(recalls))


def test_frames_of_both_views_are_preprocessed_on_training_rows():
    first = pd.DataFrame(FIRST, columns=list("abcd")).assign(e=np.nan)
    second = pd.DataFrame(SECOND, columns=list("xyz"))
    second["kind"] = np.where(SECOND[:, 0] > 0, "high", "low")
    second.loc[3, "x"] = np.nan
    few = {"task": "pairs", "cv": 3, "scoring": ["recall_at_1", "mean_reciprocal_rank"]}
    found = compare_losses(first, second, ["info_nce", {"cca": CCA(2)}], **few)
    assert found.table["recall_at_1", "mean"].gt(0.1).all()
    assert found.references().loc["cca", ("recall_at_1", "mean")] > 0.1
    column = compare_losses(first, second["x"].fillna(0.0), "info_nce", **few)
    assert column.recipe.target == "x"


def test_sparse_views_are_compared():
    given = {"task": "pairs", "estimator": ALIGNER, "cv": 3, "scoring": "recall_at_1"}
    dense = compare_losses(FIRST, SECOND, "info_nce", **given)
    found = compare_losses(
        sparse.csr_matrix(FIRST), sparse.csc_matrix(SECOND), "info_nce", **given
    )
    np.testing.assert_allclose(found.table, dense.table)
    np.testing.assert_allclose(found.references(), dense.references())


def test_classes_that_were_not_fitted_can_be_searched():
    groups = Y.to_numpy()
    found = compare_losses(
        X,
        Y,
        "sup_con",
        task="embedding",
        estimator=make_pipeline(StandardScaler(), EMBEDDER),
        cv=GroupKFold(3),
        groups=groups,
        scoring=["silhouette", "uniformity"],
    )
    assert found.table["uniformity", "mean"].notna().all()
    assert found.table["silhouette", "mean"].isna().all()  # one class in each fold


def test_weights_and_stopping_work_as_in_other_comparisons():
    weight = np.r_[np.zeros(20), np.ones(len(X) - 20)]
    given = {"task": "embedding", "estimator": EMBEDDER, "cv": 2}
    found = compare_losses(X, Y, "triplet", sample_weight=weight, **given)
    kept = compare_losses(X[20:], Y[20:], "triplet", **given)
    np.testing.assert_allclose(found.table, kept.table)
    assert found.predictions["row"].min() >= 20
    stopped = compare_losses(X, Y, ["triplet"], on_epoch=lambda record: True, **given)
    assert stopped.stopped == ("triplet",)
    assert stopped.standing("map_at_r").empty


def test_numbers_in_place_of_labels_are_refused():
    with pytest.raises(ValueError, match=r"requires labels, .*qcut.*task='pairs'"):
        compare_losses(np.eye(6), np.arange(6) / 7, ["triplet"], task="embedding", cv=2)
    with pytest.raises(ValueError, match=r"labels of the type interval"):
        compare_losses(np.eye(6), pd.cut(np.arange(6), 2), ["cross_entropy"], cv=2)
    with pytest.raises(TypeError, match=r"X is a dict; pass a table"):
        compare_losses({"a": [1, 2]}, [1, 2], ["mse"], cv=2)


def test_a_collapsed_embedding_is_reported_with_its_loss():
    given = {"task": "embedding", "estimator": EMBEDDER, "cv": 2}
    with pytest.warns(ConvergenceWarning, match=r"'triplet' has collapsed .* 2 of 2"):
        found = compare_losses(np.ones((20, 2)), [0, 1] * 10, [Triplet()], **given)
    (row,) = found.checks().query("code == 'SKL303'").itertuples()
    assert row.loss == "triplet" and row.evidence.startswith("in 100% of the folds")


@pytest.mark.parametrize("name", ["labelled", "paired"])
def test_embeddings_are_not_stored(name, request):
    with pytest.raises(ValueError, match=r"embeddings cannot be stored; keep"):
        store_comparison(request.getfixturevalue(name))


def test_reports_answer_the_questions_of_the_task(labelled, paired, tmp_path):
    assert "MAP@R" in labelled.summary() and "Recall@1" in labelled.summary()
    assert "MRR" in paired.summary()
    for comparison in (labelled, paired):
        compile(comparison.script(), "script", "exec")
        assert f'task="{comparison.task}"' in comparison.script()
        assert set(comparison.checks()["code"]) <= {"SKL301"}  # few epochs
        comparison.to_html(tmp_path / "report.html")
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        assert "Recall@1" in page and comparison.task.label in page


@pytest.mark.parametrize("name", ["labelled", "paired"])
def test_reports_on_numbers_and_classes_are_refused_in_one_sentence(name, request):
    comparison = request.getfixturevalue(name)
    loss = comparison.table.index[0]
    for refused in (
        lambda: report.worst_rows(comparison, loss),
        lambda: report.class_shares(comparison),
        lambda: report.class_scores(comparison, loss),
        lambda: figures.confusion_matrix(comparison, loss),
        lambda: figures.prediction_vs_truth(comparison),
        lambda: figures.residual_histogram(comparison, loss),
        lambda: figures.fits(comparison),
    ):
        with pytest.raises(ValueError, match=r"^[A-Z][^.]*\.$"):
            refused()
    assert report.feature_effects(comparison).empty


def test_a_comparison_is_pickled_with_its_baselines(paired):
    restored = pickle.loads(pickle.dumps(paired))
    pd.testing.assert_frame_equal(restored.table, paired.table)
    assert restored.references().index.tolist() == ["constant", "cca"]


def test_a_script_of_a_sample_repeats_the_comparison():
    from skloss.datasets import load_sample

    frame = load_sample("breast_cancer").frame
    target = load_sample("breast_cancer").target
    found = compare_losses(
        frame.drop(columns=target),
        frame[target],
        ["triplet"],
        task="embedding",
        estimator=EMBEDDER,
        cv=2,
        source="breast_cancer",
    )
    names = {}
    exec(found.script(), names)
    pd.testing.assert_frame_equal(names["comparison"].table, found.table)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"losses": "huber"}, "does not support an embedding target"),
        ({"cost": lambda y, d: abs(y - d)}, "task embedding has none"),
        (
            {"scoring": "mae"},
            "'mae' is not for an embedding task; use one",
        ),
        ({"estimator": ALIGNER}, "use a TorchEmbedder"),
        ({"losses": ["triplet", {"raw": object()}]}, "fit and transform"),
        ({"task": "pairs", "losses": "triplet"}, "does not support a pairs target"),
        ({"task": "pairs", "estimator": EMBEDDER}, "use a TorchAligner"),
    ],
)
def test_what_has_no_meaning_is_refused_in_one_sentence(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        compare_losses(X, Y, **{"task": "embedding", "cv": 2} | given)


def test_a_second_view_of_text_is_prepared_next_to_an_estimator_of_the_caller():
    words = pd.DataFrame({"kind": np.where(SECOND[:, 0] > 0, "high", "low")})
    words["size"] = np.where(SECOND[:, 1] > 2, np.nan, SECOND[:, 1])
    given = {"task": "pairs", "estimator": ALIGNER, "cv": 2, "scoring": "recall_at_1"}
    found = compare_losses(FIRST, words, "clip", **given)
    assert found.table["recall_at_1", "mean"].iloc[0] > 2 / len(FIRST)
    assert found.references().index.tolist() == ["constant", "cca"]
    # Numbers are passed on as they are, as by cross_val_predict.
    numbers = compare_losses(FIRST, pd.DataFrame(SECOND), "clip", **given)
    arrays = compare_losses(FIRST, SECOND, "clip", **given)
    pd.testing.assert_frame_equal(numbers.table, arrays.table)
