"""The work of a job: the comparison of a question, where it runs, and its cost."""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.pipeline import make_pipeline

import skloss
from skloss import table
from skloss.app.session.jobs import CancelledError, OnEpoch
from skloss.app.session.question import Question
from skloss.app.session.settings import CONTENDERS, Choice, Settings

#: Environment variable of the server with the address of a Dask scheduler.
SCHEDULER_VARIABLE = "SKLOSS_SCHEDULER"

# Fitted to default comparisons of ten public tables of 47 to 10,000 rows, in seconds of
# the processor: what happens once, for an epoch of a network, for a batch, for each of
# its columns and for each of its rows.
_SECONDS_AROUND = 1.5
_SECONDS_PER_EPOCH = 1e-4
_SECONDS_PER_BATCH = 3e-5
_SECONDS_PER_COLUMN = 2.5e-6
_SECONDS_PER_ROW = 5e-7
# Rows that show how many categories a column has, quickly enough for every rerun.
_ROWS_WITH_CATEGORIES = 1_000
# The default `max_categories` of the preprocessing.
_CATEGORIES_AT_MOST = 30
# A linear model.
_SECONDS_PER_LINEAR_MODEL = 0.05
# Half of the networks of these tables had stopped early after this many epochs.
_TYPICAL_EPOCHS = 24
# Where the page has no setting for them: as many as a comparison has by default.
_FOLDS_OF_EMBEDDINGS = _FOLDS_OF_VERDICT = 5


ShouldStop = Callable[[], bool]
Work = Callable[..., Any]


def comparison_work(question: Question, settings: Settings) -> Work:
    """Return the function that a job runs: it fits the losses and returns a Comparison.

    Parameters
    ----------
    question : Question
    settings : Settings

    Returns
    -------
    callable
        Takes ``on_epoch``, as :func:`skloss.compare_losses` does, and ``should_stop``,
        which ends the work while it is prepared.
    """
    features, y, _ = question.split

    def work(on_epoch: OnEpoch, should_stop: ShouldStop = _never) -> Any:
        source = _source(question)
        with place_to_train(), _cancelled_when(should_stop):
            return skloss.compare_losses(
                features,
                y,
                list(_rows(question, settings).values()),
                estimator=_estimator(question, settings),
                task=question.task,
                random_state=settings.seed,
                on_epoch=on_epoch,
                **question.splits(settings.folds),
                unit=question.unit,
                source=source,
            )

    return work


def refit_work(comparison: Any, loss: str) -> Work:
    """Return the function that a job runs to fit one loss on all rows.

    Parameters
    ----------
    comparison : Comparison
    loss : str
        A label of the comparison.

    Returns
    -------
    callable
        As :func:`comparison_work` returns it; its result is a fitted pipeline.
    """

    def work(on_epoch: OnEpoch, should_stop: ShouldStop = _never) -> Any:
        # Imported here because the first page of the dashboard must not load torch.
        from skloss.comparison import refit

        with _cancelled_when(should_stop):
            return refit(comparison, loss, on_epoch)

    return work


def restored_comparison(question: Question, settings: Settings, state: Any) -> Any:
    """Make the comparison of a question of results that were stored.

    Parameters
    ----------
    question : Question
    settings : Settings
    state : object
        As :func:`skloss.comparison.store_comparison` returned it; it may be hostile.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the results are not valid, or not those of the question and settings.
    """
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import restore_comparison

    features, y, _ = question.split
    return restore_comparison(
        state,
        features,
        y,
        losses=_rows(question, settings),
        estimator=_estimator(question, settings),
        task=question.task,
        random_state=settings.seed,
        unit=question.unit,
        source=_source(question),
        **question.splits(settings.folds),
    )


def _source(question: Question) -> Any:
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import Source

    loaded = question.table
    return Source(
        loaded.sample or loaded.name,
        overrides=loaded.choices,
        roles=question.roles,
        frame=loaded.frame,
    )


def verdict_work(question: Question, settings: Settings) -> Work:
    """Return the function that a job runs to find the noise model of a table.

    Parameters
    ----------
    question : Question
        A question with a regression task.
    settings : Settings

    Returns
    -------
    callable
        As :func:`comparison_work` returns it; its result is a `NoiseVerdict`.
    """
    features, y, _ = question.split
    splits = question.splits(_FOLDS_OF_VERDICT)
    if "time" not in question.row_columns:
        splits["cv"] = None  # as many as suit the rows

    def work(on_epoch: OnEpoch, should_stop: ShouldStop = _never) -> Any:
        with _cancelled_when(should_stop):
            return skloss.noise_verdict(
                features,
                y,
                estimator=_estimator(question, settings),
                random_state=settings.seed,
                on_epoch=on_epoch,
                **splits,
            )

    return work


@dataclass(frozen=True)
class EmbeddingSettings:
    """What a comparison of embeddings is made with.

    Attributes
    ----------
    choices : tuple of Choice
        The losses.
    dimension : int
        Dimension of the embedding.
    views : tuple of two tuples of str, or an empty tuple
        Columns of the first and of the second view; empty if rows are matched by the
        classes of the target.
    """

    choices: tuple[Choice, ...]
    dimension: int
    views: tuple[tuple[str, ...], ...] = ()


def embedding_work(question: Question, settings: EmbeddingSettings) -> Work:
    """Return the function that a job runs to compare embeddings of a table's rows.

    Parameters
    ----------
    question : Question
        A question on classes, unless the settings have two views.
    settings : EmbeddingSettings

    Returns
    -------
    callable
        As :func:`comparison_work` returns it; its result is a `Comparison`.
    """
    features, y, _ = question.split
    embedder = skloss.TorchAligner if settings.views else skloss.TorchEmbedder
    if settings.views:
        features, y = (features[list(names)] for names in settings.views)

    def work(on_epoch: OnEpoch, should_stop: ShouldStop = _never) -> Any:
        model = make_pipeline(
            table.make_preprocessor(features, question.roles),
            embedder(embedding_dim=settings.dimension),
        )
        with place_to_train(), _cancelled_when(should_stop):
            return skloss.compare_losses(
                features,
                y,
                [_loss(choice) for choice in settings.choices],
                estimator=model,
                task="pairs" if settings.views else "embedding",
                on_epoch=on_epoch,
                source=_source(question),
                **question.splits(_FOLDS_OF_EMBEDDINGS),
            )

    return work


def _never() -> bool:
    return False


@contextmanager
def _cancelled_when(should_stop: ShouldStop) -> Iterator[None]:
    """End the work while it is prepared, and where it has nothing to return."""
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison.stopping import StoppedError, stopping_when

    try:
        with stopping_when(should_stop):
            yield
    except StoppedError as error:
        raise CancelledError(str(error)) from None


def place_to_train() -> AbstractContextManager:
    """Return the context in which a comparison runs: this server or a Dask cluster.

    Examples
    --------
    >>> with place_to_train():
    ...     pass
    """
    address = os.environ.get(SCHEDULER_VARIABLE, "").strip()
    if not address:
        return nullcontext()
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import on_cluster

    return on_cluster(address)


def seconds_expected(question: Question, settings: Settings) -> float:
    """Estimate the seconds that a comparison takes on two cores.

    Parameters
    ----------
    question : Question
    settings : Settings

    Returns
    -------
    float
        Expected wall-clock time; training that stops early makes it shorter.
    """
    features, _, _ = question.split
    rows, columns = len(features), _encoded_columns(features)
    models = len(settings.choices) * settings.folds
    if not settings.hidden_layer_sizes:
        size = rows * columns / 1e4
        return _SECONDS_AROUND + models * _SECONDS_PER_LINEAR_MODEL * (1 + size)
    # Imported here because a page without a table must not load torch.
    from skloss.estimators.parameters import (
        batch_size_for,
        n_members_for,
        settings_for,
    )

    model = _model(question, settings)
    fitted = round(rows * (1 - 1 / settings.folds))
    batch = batch_size_for(model, fitted, fitted)
    models *= n_members_for(model, model._architecture(), fitted)
    training = settings_for(model, "adam", fitted)
    # A schedule that ends has so many epochs; others stop early.
    ends = training.schedule == "cosine"
    epochs = training.max_iter if ends else min(training.max_iter, _TYPICAL_EPOCHS)
    width = sum(settings.hidden_layer_sizes) / 128
    size = columns * _SECONDS_PER_COLUMN + batch * _SECONDS_PER_ROW
    per_batch = _SECONDS_PER_BATCH + width * size
    per_epoch = _SECONDS_PER_EPOCH + math.ceil(fitted / batch) * per_batch
    return _SECONDS_AROUND + models * epochs * per_epoch


def _encoded_columns(features: pd.DataFrame) -> int:
    """Return about how many columns a table has for a network: one per category."""
    words = features.head(_ROWS_WITH_CATEGORIES).select_dtypes(
        exclude=["number", "datetime", "datetimetz"]
    )
    categories = words.nunique().clip(1, _CATEGORIES_AT_MOST)
    return features.shape[1] - words.shape[1] + int(categories.sum())


def _rows(question: Question, settings: Settings) -> dict[str, Any]:
    """Return the losses and the other models, by the labels of their rows."""
    losses = {choice.name: _loss(choice) for choice in settings.choices}
    models = _contenders(question.task.has_numbers)
    chosen = {CONTENDERS[name]: models[name] for name in settings.contenders}
    return losses | {label: {label: model} for label, model in chosen.items()}


def _contenders(has_numbers: bool) -> dict[str, Any]:
    """Return an unfitted estimator for each of `CONTENDERS`."""
    # Imported here because the first page of the dashboard must load quickly.
    from sklearn import ensemble, linear_model

    if has_numbers:
        return {
            "boosting": ensemble.HistGradientBoostingRegressor(),
            "linear": linear_model.Ridge(),
            "forest": ensemble.RandomForestRegressor(),
        }
    return {
        "boosting": ensemble.HistGradientBoostingClassifier(),
        "linear": linear_model.LogisticRegression(max_iter=1000),
        "forest": ensemble.RandomForestClassifier(),
    }


def _loss(choice: Choice) -> Any:
    if choice.formula:
        return skloss.losses.Expression(choice.formula)
    # A plain name reads better in the script of the comparison.
    if not choice.params:
        return choice.name
    return skloss.get_loss(choice.name, **dict(choice.params))


def _estimator(question: Question, settings: Settings) -> Any:
    features, _, _ = question.split
    return make_pipeline(
        table.make_preprocessor(features, question.roles), _model(question, settings)
    )


def _model(question: Question, settings: Settings) -> Any:
    is_regressor = question.task.has_numbers
    estimator = skloss.TorchRegressor if is_regressor else skloss.TorchClassifier
    return estimator(
        hidden_layer_sizes=settings.hidden_layer_sizes, max_iter=settings.epochs
    )
