"""Controls of the Losses page, and the rows that it shows under the curves."""

from typing import Any, NamedTuple

import numpy as np
import streamlit as st

import skloss
from skloss import datasets, wording
from skloss.app.parts import loss_cards, pickers
from skloss.app.session import state
from skloss.figures import loss_styles, theory
from skloss.noise import standard_residuals
from skloss.tasks import TASKS, Task, as_task

TUG_OF_WAR = (
    "One prediction for all rows: drag it, and each row pulls with its gradient, "
    "drawn as its height (dashed to the left, solid to the right). The triangle is "
    "where the pulls of all rows cancel; of many rows some are drawn. Squared error "
    "follows distant rows in proportion to their distance; absolute error pulls "
    "equally from every row."
)
# Selected at first where the task has no default losses.
_SELECTED = 3
#: The sample that rows come from where no table of numbers is loaded.
_SAMPLE = "heavy_tailed"


class Rows(NamedTuple):
    """Values of a target, and its name."""

    name: str
    values: np.ndarray


def task() -> Task:
    """Return the task whose losses are shown: at first that of the loaded table."""
    question = state.question()
    current = str(question.task) if question else str(TASKS[0])
    chosen = state.setting("explore.task", current)
    return as_task(chosen if chosen in TASKS else current)


def choose_losses() -> list[str]:
    """Draw the pickers of the task and of its losses, and return the names."""
    task()
    pickers.picker(
        "Kind of target",
        [str(each) for each in TASKS],
        "explore.task",
        format_func=lambda name: wording.capitalized(as_task(name).label),
    )
    available = skloss.list_losses(str(task()))
    key = f"explore.losses.{task()}"
    defaults = [name for name in task().default_losses if name in available]
    chosen = state.setting(key, (defaults or available)[:_SELECTED])
    if not set(chosen) <= set(available):  # of a link
        known = [name for name in chosen if name in available]
        state.change_setting(key, known or (defaults or available)[:_SELECTED])
    chosen = st.pills(
        "Losses",
        available,
        selection_mode="multi",
        wrap=True,
        format_func=wording.title_of,
        key=state.widget_key(key),
        persist_state="session",
    )
    return list(chosen)


def with_parameters(names: list[str]) -> dict[str, Any]:
    """Draw the parameters of losses, and return the losses by name."""
    classes = {name: type(skloss.get_loss(name)) for name in names}
    adjustable = [name for name in names if classes[name].param_ranges]
    if not adjustable:
        return {name: classes[name]() for name in names}
    with st.expander("Parameters", icon=":material/tune:", expanded=True):
        return {name: loss_cards.parameters(name, classes[name]) for name in names}


def choose_quantity() -> str:
    """Draw the picker of what is drawn, and return it."""
    key = "explore.quantity"
    if state.setting(key, "loss") not in theory.QUANTITIES:  # of a link
        state.change_setting(key, "loss")
    return st.segmented_control(
        "Show",
        list(theory.QUANTITIES),
        required=True,
        format_func=str.capitalize,
        key=state.widget_key(key),
        persist_state="session",
    )


def curves_by_axis(losses: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the curves of losses, in one dict for each axis."""
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.curves import own_curve

    groups: dict[str, dict[str, Any]] = {}
    for name, loss in losses.items():
        curve = own_curve(loss)
        groups.setdefault(curve.axis, {})[name] = curve
    return list(groups.values())


def colors(losses: dict[str, Any]) -> dict[str, str]:
    """Return the colour of each loss."""
    return {name: style.color for name, style in loss_styles(losses).items()}


def rug(curves: dict[str, Any]) -> np.ndarray | None:
    """Return the residuals of the last comparison, for curves along the residual.

    They are those of its first loss, scaled to the mean square 1.
    """
    result = state.result()
    if result is None or {curve.axis for curve in curves.values()} != {"residual"}:
        return None
    comparison = result.comparison
    return standard_residuals(comparison.predictions, comparison.table.index[0])


def rows() -> Rows:
    """Return the target of the loaded table if it has numbers, or of a sample."""
    question = state.question()
    has_numbers = question is not None and question.task.has_numbers
    # A target that cannot be compared may have no values; its page states why.
    if has_numbers and not question.problem_with(folds=2):
        return Rows(question.target, np.asarray(question.split[1], dtype=float))
    sample = datasets.load_sample(_SAMPLE)
    return Rows(sample.target, sample.frame[sample.target].to_numpy(dtype=float))
