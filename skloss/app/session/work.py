"""Turn a question and settings into the work of a job, its cost and its script."""

import json
import math
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sklearn.pipeline import make_pipeline

import skloss
from skloss import table
from skloss.app.session.jobs import OnEpoch
from skloss.app.session.question import Question
from skloss.app.session.settings import Choice, Settings

#: Environment variable of the server with the address of a Dask scheduler.
SCHEDULER_VARIABLE = "SKLOSS_SCHEDULER"

# Measured on two cores with the built-in samples and with 25,000 rows of 30 columns.
_SECONDS_PER_STEP = 150e-6
_SECONDS_PER_LINEAR_MODEL = 0.05
_SECONDS_AROUND = 1.0
_TYPICAL_SHARE_OF_EPOCHS = 0.3


def comparison_work(question: Question, settings: Settings) -> Callable[[OnEpoch], Any]:
    """Return the function that a job runs: it fits the losses and returns a Comparison.

    Parameters
    ----------
    question : Question
    settings : Settings

    Returns
    -------
    callable
        Takes ``on_epoch``, as :func:`skloss.compare_losses` does.
    """
    features, y, _ = question.split
    loaded = question.table

    def work(on_epoch: OnEpoch) -> Any:
        # Imported here because the first page of the dashboard must not load torch.
        from skloss.comparison import Source

        source = Source(
            loaded.sample or loaded.name,
            overrides=loaded.overrides,
            roles=question.roles,
            frame=loaded.frame,
        )
        with place_to_train():
            return skloss.compare_losses(
                features,
                y,
                [skloss.get_loss(c.name, **dict(c.params)) for c in settings.choices],
                estimator=_estimator(question, settings),
                task=question.task,
                cv=settings.folds,
                random_state=settings.seed,
                on_epoch=on_epoch,
                unit=question.unit,
                source=source,
            )

    return work


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
    rows, columns = features.shape
    models = len(settings.choices) * settings.folds
    if not settings.hidden_layer_sizes:
        size = rows * columns / 1e4
        return _SECONDS_AROUND + models * _SECONDS_PER_LINEAR_MODEL * (1 + size)
    # Imported here because a page without a table must not load torch.
    from skloss.estimators.parameters import batch_size_for

    fitted = round(rows * (1 - 1 / settings.folds))
    steps = math.ceil(
        fitted / batch_size_for(_model(question, settings), fitted, fitted)
    )
    epochs = max(settings.epochs * _TYPICAL_SHARE_OF_EPOCHS, 1)
    width = sum(settings.hidden_layer_sizes) / 128
    per_step = _SECONDS_PER_STEP * (0.5 + 0.5 * width * (1 + columns / 100))
    return _SECONDS_AROUND + models * epochs * steps * per_step


def script(question: Question, settings: Settings) -> str:
    """Return the lines of Python that repeat a comparison."""
    data = question.table
    overrides = "".join(
        f", {key}={_quoted(value)}" for key, value in data.overrides.items()
    )
    if data.sample is None:
        source = f"frame = table.read_table({_quoted(data.name)}{overrides})"
    else:
        source = f"frame = datasets.load_sample({_quoted(data.sample)}).frame"
    proposed = table.propose_roles(data.frame, question.target)
    edits = [
        f"roles.loc[{_quoted(column)}, {_quoted(what)}] = "
        f"{_quoted(question.roles.loc[column, what])}"
        for column in proposed.index
        for what in ("role", "type")
        if question.roles.loc[column, what] != proposed.loc[column, what]
    ]
    losses = [_loss_in_python(choice) for choice in settings.choices]
    estimator = _estimator_name(question)
    names = [estimator, "compare_losses", "table"]
    names += ["datasets"] if data.sample else []
    names += ["get_loss"] if any(choice.params for choice in settings.choices) else []
    lines = [
        "from sklearn.pipeline import make_pipeline",
        "",
        f"from skloss import {', '.join(sorted(names))}",
        "",
        source,
        f"roles = table.propose_roles(frame, target={_quoted(question.target)})",
        *edits,
        f"X, y, notices = table.split_target(frame, {_quoted(question.target)}, roles)",
        "",
        "model = make_pipeline(",
        "    table.make_preprocessor(X, roles),",
        f"    {estimator}(",
        f"        hidden_layer_sizes={settings.hidden_layer_sizes!r},",
        f"        max_iter={settings.epochs},",
        "    ),",
        ")",
        "comparison = compare_losses(",
        "    X,",
        "    y,",
        f"    [{', '.join(losses)}],",
        "    estimator=model,",
        f"    task={_quoted(question.task)},",
        f"    cv={settings.folds},",
        f"    random_state={settings.seed},",
        ")",
        "print(comparison.table)",
        "print(comparison.winners())",
        "print(comparison.references())",
    ]
    return "\n".join(lines)


def _estimator_name(question: Question) -> str:
    return "TorchRegressor" if question.task.has_numbers else "TorchClassifier"


def _estimator(question: Question, settings: Settings) -> Any:
    features, _, _ = question.split
    return make_pipeline(
        table.make_preprocessor(features, question.roles), _model(question, settings)
    )


def _model(question: Question, settings: Settings) -> Any:
    return getattr(skloss, _estimator_name(question))(
        hidden_layer_sizes=settings.hidden_layer_sizes, max_iter=settings.epochs
    )


def _loss_in_python(choice: Choice) -> str:
    if not choice.params:
        return _quoted(choice.name)
    params = ", ".join(f"{key}={value!r}" for key, value in choice.params)
    return f"get_loss({_quoted(choice.name)}, {params})"


def _quoted(value: Any) -> str:
    """Return a value as Python source, text in the double quotes of black."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
