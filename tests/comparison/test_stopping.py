"""A loss that was stopped, or learned nothing in a fold, is shown and never ranked."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.comparison.stopping import StoppedError, checkpoint, stopping_when
from tests.report.comparisons import comparison_of

X, Y = load_diabetes(return_X_y=True)


def stop_at(n_reports):
    """Return a callback that stops at its n-th call."""
    seen = []

    def on_epoch(record):
        seen.append(record)
        return len(seen) >= n_reports

    return on_epoch


@pytest.fixture(scope="module")
def partial():
    """Folds that train one after another, stopped while some have not begun."""
    endless = TorchRegressor(
        solver="lbfgs", hidden_layer_sizes=(), max_iter=10**6, tol=0.0
    )
    return compare_losses(
        *(X, Y, ["log_cosh", "pseudo_huber"]),
        estimator=endless,
        cv=4,
        on_epoch=stop_at(3),
        n_jobs=1,
    )


@pytest.fixture(scope="module")
def nothing():
    """Stopped at the first report, which comes before the end of the first epoch."""
    estimator = TorchClassifier(batch_size=10, hidden_layer_sizes=(4,), n_members=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skloss.training.solvers.adam._REPORT_SECONDS", 0.0)
        return compare_losses(
            *(*load_breast_cancer(return_X_y=True), ["cross_entropy"]),
            estimator=estimator,
            cv=2,
            on_epoch=lambda record: True,
        )


def test_a_fold_without_a_finished_epoch_has_neither_scores_nor_predictions(partial):
    epochs = partial.histories.groupby(["loss", "fold"]).size()
    every = pd.MultiIndex.from_product([partial.table.index, range(4)])
    learned = every.isin(epochs.index)
    assert 0 < learned.sum() < len(every)
    scores = partial.folds[partial.folds["metric"] == "mae"]
    scores = scores.set_index(["loss", "fold"])["value"].reindex(every)
    assert scores.notna().tolist() == learned.tolist()
    predicted = partial.predictions.groupby(["loss", "fold"]).size()
    assert sorted(predicted.index) == sorted(every[learned])


def test_means_are_taken_over_folds_with_a_finished_epoch_alone(partial):
    rows = partial.predictions
    errors = (rows["y_true"] - rows["y_pred"]).abs()
    by_fold = errors.groupby([rows["loss"], rows["fold"]]).mean()
    expected = by_fold.groupby("loss").mean()
    mean = partial.table["mae", "mean"].dropna()
    pd.testing.assert_series_equal(
        mean.sort_index(), expected, check_names=False, rtol=1e-6
    )


def test_a_comparison_stopped_within_its_folds_ranks_nothing(partial):
    assert partial.winners().empty
    assert partial.standing("mae").empty
    assert "not ranked" in partial.summary()
    assert "of 4 folds" in partial.summary()


def test_a_comparison_without_a_finished_epoch_is_empty_and_has_reports(
    nothing, tmp_path
):
    assert nothing.stopped == ("cross_entropy",)
    assert nothing.folds["value"].isna().all()
    assert nothing.predictions.empty
    assert "proba_1" in nothing.predictions
    assert nothing.winners().empty
    assert nothing.summary() == (
        "Cross-entropy was stopped early (trained in 0 of 2 folds) and not ranked."
    )
    nothing.to_html(tmp_path / "report.html")
    assert "not ranked" in (tmp_path / "report.html").read_text()


def test_rows_are_paired_between_the_losses_that_were_trained_to_their_end():
    """The losses a and b have 60 rows each; c was stopped and has a third of them."""
    rng = np.random.default_rng(0)
    truth = np.zeros(60)
    frames = [
        pd.DataFrame(
            {
                "loss": loss,
                "fold": np.repeat([0, 1, 2], 20)[:n],
                "row": np.arange(n),
                "y_true": truth[:n],
                "y_pred": scale * (1 + 0.1 * rng.random(n)),
                "nll": np.nan,
            }
        )
        for loss, n, scale in (("a", 60, 1.0), ("b", 60, 2.0), ("c", 20, 0.1))
    ]
    values = {
        f"mae__{loss}": frame["y_pred"].groupby(frame["fold"]).mean().to_numpy()
        for loss, frame in zip("abc", frames, strict=True)
    }
    comparison = comparison_of(predictions=pd.concat(frames), stopped=("c",), **values)
    assert comparison.standing("mae")["clear"].to_dict() == {"a": False, "b": True}


def test_preparation_ends_at_the_first_checkpoint_that_should_stop():
    answers = iter([False, True])
    with stopping_when(lambda: next(answers)):
        checkpoint()
        with pytest.raises(StoppedError, match="before the training began"):
            checkpoint()


def test_a_stop_holds_for_its_context_only():
    with stopping_when(lambda: True), stopping_when(lambda: False):
        checkpoint()
    checkpoint()
