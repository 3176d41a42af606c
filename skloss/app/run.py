"""From a problem and settings to the work of a job, its cost, and its Python script."""

import json
import math
from collections.abc import Callable
from typing import Any

from sklearn.pipeline import make_pipeline

import skloss
from skloss import table
from skloss.app.cluster import place_to_train
from skloss.app.jobs import OnEpoch
from skloss.app.problem import Problem
from skloss.app.settings import Choice, Settings

# Seconds on two cores, from runs of the built-in samples and of 25,000 x 30 rows.
_SECONDS_PER_STEP = 150e-6
_SECONDS_PER_LINEAR_MODEL = 0.05
_SECONDS_AROUND = 1.0
_TYPICAL_SHARE_OF_EPOCHS = 0.3


def comparison_work(problem: Problem, settings: Settings) -> Callable[[OnEpoch], Any]:
    """Return the function that a job runs: it fits and returns a Comparison."""
    features, y, _ = problem.split

    def work(on_epoch: OnEpoch) -> Any:
        with place_to_train():
            return skloss.compare_losses(
                features,
                y,
                [skloss.get_loss(c.name, **dict(c.params)) for c in settings.choices],
                estimator=_estimator(problem, settings),
                task=problem.task,
                cv=settings.folds,
                random_state=settings.seed,
                on_epoch=on_epoch,
            )

    return work


def seconds_expected(problem: Problem, settings: Settings) -> float:
    """Return roughly how long a comparison takes on two cores, in seconds.

    Parameters
    ----------
    problem : Problem
        Its rows and columns count.
    settings : Settings
        Losses, folds, epochs and the network count.
    """
    features, _, _ = problem.split
    rows, columns = features.shape
    models = len(settings.choices) * settings.folds
    if not settings.hidden_layer_sizes:
        size = rows * columns / 1e4
        return _SECONDS_AROUND + models * _SECONDS_PER_LINEAR_MODEL * (1 + size)
    # Here, not above: a page without a table does not wait for torch.
    from skloss.estimators.parameters import batch_size_for

    fitted = round(rows * (1 - 1 / settings.folds))
    steps = math.ceil(
        fitted / batch_size_for(_model(problem, settings), fitted, fitted)
    )
    epochs = max(settings.epochs * _TYPICAL_SHARE_OF_EPOCHS, 1)
    width = sum(settings.hidden_layer_sizes) / 128
    per_step = _SECONDS_PER_STEP * (0.5 + 0.5 * width * (1 + columns / 100))
    return _SECONDS_AROUND + models * epochs * steps * per_step


def script(problem: Problem, settings: Settings) -> str:
    """Return the lines of Python that repeat a comparison."""
    data = problem.data
    overrides = "".join(
        f", {key}={_quoted(value)}" for key, value in data.overrides.items()
    )
    if data.sample is None:
        source = f"frame = table.read_table({_quoted(data.name)}{overrides})"
    else:
        source = f"frame = datasets.load_sample({_quoted(data.sample)}).frame"
    proposed = table.propose_roles(data.frame, problem.target)
    edits = [
        f"roles.loc[{_quoted(column)}, {_quoted(what)}] = "
        f"{_quoted(problem.roles.loc[column, what])}"
        for column in proposed.index
        for what in ("role", "type")
        if problem.roles.loc[column, what] != proposed.loc[column, what]
    ]
    losses = [_loss_in_python(choice) for choice in settings.choices]
    estimator = _estimator_name(problem)
    names = [estimator, "compare_losses", "table"]
    names += ["datasets"] if data.sample else []
    names += ["get_loss"] if any(choice.params for choice in settings.choices) else []
    lines = [
        "from sklearn.pipeline import make_pipeline",
        "",
        f"from skloss import {', '.join(sorted(names))}",
        "",
        source,
        f"roles = table.propose_roles(frame, target={_quoted(problem.target)})",
        *edits,
        f"X, y, notices = table.split_target(frame, {_quoted(problem.target)}, roles)",
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
        f"    task={_quoted(problem.task)},",
        f"    cv={settings.folds},",
        f"    random_state={settings.seed},",
        ")",
        "print(comparison.table)",
        "print(comparison.winners())",
        "print(comparison.references())",
    ]
    return "\n".join(lines)


def _estimator_name(problem: Problem) -> str:
    return "TorchRegressor" if problem.task == "regression" else "TorchClassifier"


def _estimator(problem: Problem, settings: Settings) -> Any:
    features, _, _ = problem.split
    return make_pipeline(
        table.make_preprocessor(features, problem.roles), _model(problem, settings)
    )


def _model(problem: Problem, settings: Settings) -> Any:
    return getattr(skloss, _estimator_name(problem))(
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
