"""Controls of the Losses page, and the rows that it shows under the curves."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

import skloss
from skloss import datasets, report, wording
from skloss.app import markdown
from skloss.app.parts import formula_field, loss_cards, pickers
from skloss.app.session import state
from skloss.figures import loss_styles, theory
from skloss.figures.moving import MovingFigure
from skloss.figures.theory.moving_loss_curves import moving_loss_curves
from skloss.noise import standard_residuals
from skloss.tasks import TASKS, Task, as_task

TUG_OF_WAR = (
    "One prediction for all rows: drag it, and each row pulls with its gradient, "
    "drawn as its height (dashed to the left, solid to the right). The triangle is "
    "where the pulls of all rows cancel; of many rows, a sample is drawn. Squared "
    "error follows distant rows in proportion to their distance; absolute error pulls "
    "equally from every row."
)
HARDEST = (
    "The gradients of each loss at the held-out predictions of the first loss of the "
    "comparison: in brackets, the share of the sum over all rows."
)
_FORMULA = "explore.formula"
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


def chosen_losses() -> dict[str, Any]:
    """Draw the pickers of losses and a custom loss; return all losses by name."""
    return {**_with_parameters(choose_losses()), **_custom_loss()}


def _with_parameters(names: list[str]) -> dict[str, Any]:
    """Return losses with the parameters that were chosen, by name.

    Parameters that may be learned from the data have a field here; the others have
    sliders at the curves.
    """
    classes = {name: type(skloss.get_loss(name)) for name in names}
    learned = {
        name: loss_cards.learned_parameters(kind) for name, kind in classes.items()
    }
    fields: dict[str, dict[str, float]] = {name: {} for name in names}
    if any(learned.values()):
        with st.expander("Parameters learned from the data", icon=":material/tune:"):
            for name in names:
                fields[name] = loss_cards.learned_fields(name, classes[name])
    return {
        name: kind(**fields[name], **loss_cards.slider_values(name, kind))
        for name, kind in classes.items()
    }


def _custom_loss() -> dict[str, Any]:
    """Draw the field of a custom loss, and return that loss by name, if there is one.

    Returns
    -------
    dict of str to Loss
        Empty where the task has no numbers, or without a valid formula.
    """
    if not task().has_numbers:
        return {}
    text = formula_field.field(_FORMULA)
    if not text:
        return {}
    report = _check(text)
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        st.markdown(markdown.escape(report, 800))
    with right:
        st.button(
            "Use in the comparison",
            icon=":material/compare_arrows:",
            key="use-formula",
            on_click=formula_field.use,
            args=(text,),
            help="Adds the custom loss to the settings of the page Compare losses.",
        )
    loss = skloss.losses.Expression(text)
    return {loss.name: loss}


@st.cache_data(max_entries=64, show_spinner="Checking the formula")
def _check(text: str) -> str:
    """Return the report of `check_loss` on a formula, in one paragraph."""
    report = skloss.check_loss(skloss.losses.Expression(text))
    return " ".join(str(report).splitlines())


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


def moving_figures(losses: dict[str, Any], quantity: str) -> list[MovingFigure]:
    """Return the curves of losses with their sliders, in one figure for each axis.

    Parameters
    ----------
    losses : dict of str to Loss
        By name.
    quantity : str

    Returns
    -------
    list of MovingFigure
    """
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.curves import own_curve

    groups: dict[str, dict[str, Any]] = {}
    for name, loss in losses.items():
        curve = own_curve(loss)
        if all(np.isfinite(line.value).any() for line in curve.lines.values()):
            groups.setdefault(curve.axis, {})[name] = curve
    return [
        moving_loss_curves(
            curves,
            {name: loss_cards.controls(name, losses[name]) for name in curves},
            partial(_curve_at, losses),
            quantity,
            rug(curves),
            list(losses),
        )
        for curves in groups.values()
    ]


def _curve_at(losses: dict[str, Any], name: str, *values: float) -> Any:
    """Return the curve of a loss at values of its sliders."""
    loss = losses[name]
    moved = [control.name for control in loss_cards.controls(name, loss)]
    fixed = {
        parameter: value
        for parameter, value in loss.get_params(deep=False).items()
        if loss_cards.setting_of(name, parameter) not in moved
    }
    parameters = [setting.rpartition(".")[2] for setting in moved]
    return _cached_curve(
        name,
        repr(sorted(fixed.items())),
        tuple(zip(parameters, values, strict=True)),
        fixed,
    )


@st.cache_data(max_entries=4096, show_spinner=False)
def _cached_curve(
    name: str,
    fixed_as_text: str,
    moved: tuple[tuple[str, float], ...],
    _fixed: dict[str, Any],
) -> Any:
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.losses.curves import own_curve

    return own_curve(skloss.get_loss(name, **_fixed, **dict(moved)))


def move(name: str, value: float) -> None:
    """Take the value of a slider that has come to rest."""
    state.change_setting(name, value)


def density_figures(losses: dict[str, Any]) -> list[Any]:
    """Return the noise densities of losses, in one figure for each axis."""
    # Imported here because the first page of the dashboard must not load SciPy.
    from skloss.noise.implied_density import implied_density

    residuals = _residuals()
    groups: dict[str, dict[str, Any]] = {}
    for name, loss in losses.items():
        found = implied_density(loss, residuals)
        if found is not None:
            groups.setdefault(found.axis, {})[name] = found
    return [
        theory.noise_densities(
            group, residuals if axis == "residual" else None, list(losses)
        )
        for axis, group in groups.items()
    ]


def colors(losses: dict[str, Any]) -> dict[str, str]:
    """Return the colour of each loss."""
    return {name: style.color for name, style in loss_styles(losses).items()}


def rug(curves: dict[str, Any]) -> np.ndarray | None:
    """Return the rows of the last comparison, for curves along residual or margin.

    Residuals are those of its first loss, scaled to the mean square 1; margins are how
    much higher the score of the true class is than those of the others.
    """
    axes = {curve.axis for curve in curves.values()}
    if axes == {"residual"}:
        return _residuals()
    comparison = compared()
    is_margin = all(axis.startswith("score in favour of the true") for axis in axes)
    if comparison is None or not is_margin or comparison.task != task():
        return None
    return report.margins(comparison)


def compared() -> Any:
    """Return the last comparison of the loaded table, or None without predictions."""
    result = state.result()
    if result is None or result.comparison.predictions.empty:
        return None
    return result.comparison


def _residuals() -> np.ndarray | None:
    comparison = compared()
    if comparison is None or not comparison.task.has_numbers:
        return None
    if "y_true" not in comparison.predictions:  # of several targets
        return None
    return standard_residuals(comparison.predictions, comparison.table.index[0])


def rows() -> Rows:
    """Return the target of the loaded table if it has numbers, or of a sample."""
    question = state.question()
    has_numbers = question is not None and question.task.has_numbers
    # A target that cannot be compared may have no values; its page states why.
    if has_numbers and not question.problem_with(folds=2):
        y = question.split[1]
        first = y if question.has_one_target else y[question.target]
        return Rows(question.target, np.asarray(first, dtype=float))
    sample = datasets.load_sample(_SAMPLE)
    return Rows(sample.target, sample.frame[sample.target].to_numpy(dtype=float))


def script(losses: dict[str, Any], quantity: str) -> str:
    """Return the Python that draws the curves of the page.

    Parameters
    ----------
    losses : dict of str to Loss
    quantity : str

    Returns
    -------
    str
    """
    made = "".join(
        f"    {name!r}: {loss_cards.code(name, loss)},\n"
        for name, loss in losses.items()
    )
    return (
        "from skloss import get_loss, losses\n"
        "from skloss.figures import theory\n"
        "from skloss.losses.curves import own_curve\n\n"
        f"chosen = {{\n{made}}}\n"
        "by_axis = {}\n"
        "for name, loss in chosen.items():\n"
        "    curve = own_curve(loss)\n"
        "    by_axis.setdefault(curve.axis, {})[name] = curve\n"
        "for curves in by_axis.values():\n"
        f"    theory.loss_curves(curves, {quantity!r}).show()"
    )
