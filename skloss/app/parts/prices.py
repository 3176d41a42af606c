"""What errors cost: the controls of a cost, and the loss that trains for it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import skloss
from skloss import costs, figures, report, wording
from skloss.app import markdown
from skloss.app.parts import comparison_panel, frame, pickers
from skloss.app.session import derived, links, state
from skloss.app.session.question import Question
from skloss.app.session.settings import Choice, Settings

# A larger matrix cannot be read on one screen.
_CLASSES_AT_MOST = 12
_SAME = ""  # one amount for all rows
# Amounts beyond it are typing errors, and sums of them would lose cents.
_LARGEST = 1e12
_MATRIX = "decide.costs"


@dataclass(frozen=True)
class Prices:
    """A cost, and the Python expression that makes it.

    Attributes
    ----------
    cost : Cost
    expression : str
        May use ``costs``, ``frame``, the table, and ``X``, the features.
    """

    cost: Any
    expression: str


def prices(question: Question, comparison: Any) -> Prices:
    """Draw the controls of a cost; end the page if the cost is not valid.

    Parameters
    ----------
    question : Question
    comparison : Comparison

    Returns
    -------
    Prices
    """
    if question.task.has_numbers:
        found = _of_numbers(question)
    elif len(comparison.classes) == 2:
        found = _of_two_classes(question, comparison.classes)
    elif len(comparison.classes) <= _CLASSES_AT_MOST:
        found = _of_classes(question, comparison.classes)
    else:
        st.info(
            f"A matrix of costs for {len(comparison.classes)} classes does not fit on "
            "a page. Use costs.ClassCosts in Python."
        )
        frame.end()
    try:
        found.cost.validate()
    except ValueError as error:
        st.warning(markdown.escape(wording.capitalized(str(error)), 300))
        frame.end()
    return found


def _of_numbers(question: Question) -> Prices:
    unit = markdown.escape(question.unit or "unit of the target", 40)
    left, right = st.columns(2)
    with left:
        under = _price(
            "Cost of predicting too low",
            "under",
            3.0,
            f"Per {unit} by which the prediction is below the truth.",
        )
    with right:
        over = _price(
            "Cost of predicting too high",
            "over",
            1.0,
            f"Per {unit} by which the prediction is above the truth.",
        )
    if not (under and over):
        st.warning(
            "Set both costs above 0: if errors in one direction cost nothing, the best "
            "decision is infinite."
        )
        frame.end()
    return _made(costs.Linear(under=under, over=over))


def _of_two_classes(question: Question, classes: list[Any]) -> Prices:
    no, yes = (markdown.escape(wording.quoted(label)) for label in classes)
    left, right = st.columns(2)
    with left:
        alarm = _price(f"Cost of deciding {yes} for a true {no}", "alarm", 1.0)
    with right:
        columns = amount_columns(question)
        source = _SAME
        if columns:
            source = pickers.picker(
                f"Cost of deciding {no} for a true {yes}",
                [_SAME, *columns],
                "decide.amounts",
                format_func=lambda name: (
                    f"column {wording.quoted(name)}"
                    if name
                    else "the same for all rows"
                ),
            )
        if source == _SAME:
            label = f"Cost of deciding {no} for a true {yes}"
            miss = _price(
                "Amount" if columns else label, "miss", 5.0, hidden=bool(columns)
            )
            return _made(costs.binary(false_positive=alarm, false_negative=miss))
    amounts = question.table.frame.loc[question.split[0].index, source]
    return Prices(
        costs.binary(false_positive=alarm, false_negative=amounts.to_numpy(float)),
        f"costs.binary(false_positive={alarm!r}, "
        f"false_negative=frame.loc[X.index, {source!r}])",
    )


def _of_classes(question: Question, classes: list[Any]) -> Prices:
    st.caption("Cost of each decision (column) for each true class (row).")
    names = [wording.shorten(label, 40) for label in classes]
    names = names if len(set(names)) == len(names) else [str(c) for c in classes]
    editor = _editor_of(question, len(names))
    edited = st.data_editor(
        pd.DataFrame(editor["start"], index=names, columns=names),
        # The editor applies its changes to any table of the same key.
        key=state.widget_key(f"decide.matrix.{editor['version']}"),
        column_config={
            name: st.column_config.NumberColumn(
                min_value=0.0, max_value=_LARGEST, required=True
            )
            for name in names
        },
        alt="Cost of each decision for each true class",
    )
    matrix = edited.to_numpy(float)
    editor["texts"] = _changed_rows(matrix)
    state.change_setting(_MATRIX, editor["texts"])
    return _made(costs.ClassCosts(matrix.tolist(), classes=classes))


def _editor_of(question: Question, n_classes: int) -> dict[str, Any]:
    """Return what the editor of a cost matrix starts at, which stays while it is drawn.

    It starts again for another question, with another link, and when the page was left,
    as the editor then forgets its changes.
    """
    editor = state.cache("cost matrix")
    texts = state.setting(_MATRIX, [])
    if editor.get("question") not in (None, question.key):
        texts = []
    version = editor.get("version", 0)
    is_drawn = state.is_drawn(f"decide.matrix.{version}")
    known = editor.get("question"), editor.get("texts")
    if not is_drawn or known != (question.key, texts):
        editor |= {
            "question": question.key,
            "version": version + 1,
            "start": _matrix_of(texts, n_classes),
        }
    return editor


def _changed_rows(matrix: np.ndarray) -> list[str]:
    """Return the rows of a cost matrix that differ from 0 and 1, as a URL has them."""
    equal = 1.0 - np.eye(len(matrix))
    return [
        # Ten digits: a row of the largest matrix fits into a parameter of the URL.
        f"{k}:" + ",".join(f"{cost:.10g}" for cost in row)
        for k, row in enumerate(matrix)
        if not np.array_equal(row, equal[k])
    ]


def _matrix_of(texts: list[str], n_classes: int) -> np.ndarray:
    """Return the cost matrix of a URL; rows that are not valid keep 0 and 1."""
    matrix = 1.0 - np.eye(n_classes)
    for text in texts:
        place, _, row = text.partition(":")
        try:
            values = np.array([float(cost) for cost in row.split(",")])
        except ValueError:
            continue
        is_row = place.isdecimal() and len(place) < 3 and int(place) < n_classes
        is_cost = (values >= 0) & (values <= _LARGEST)  # neither is true of NaN
        if is_row and len(values) == n_classes and is_cost.all():
            matrix[int(place)] = values
    return matrix


def _price(
    label: str, name: str, default: float, help: str = "", hidden: bool = False
) -> float:
    value = state.setting(f"decide.{name}", default)
    if not 0 <= value <= _LARGEST:  # of a link
        state.change_setting(f"decide.{name}", links.within(value, 0.0, _LARGEST))
    return st.number_input(
        label,
        min_value=0.0,
        max_value=_LARGEST,
        format="%.6g",
        key=state.widget_key(f"decide.{name}"),
        persist_state="session",
        help=help or None,
        label_visibility="collapsed" if hidden else "visible",
    )


def _made(cost: Any) -> Prices:
    return Prices(cost, f"costs.{cost!r}")


def amount_columns(question: Question) -> list[str]:
    """Return the columns that hold an amount, not negative, for each row.

    Parameters
    ----------
    question : Question

    Returns
    -------
    list of str
    """
    table = question.table.frame.loc[question.split[0].index]
    numbers = table.drop(columns=question.target).select_dtypes("number")
    return [name for name in numbers if numbers[name].ge(0).all()]


def trained_choice(question: Question, cost: Any) -> Choice | None:
    """Return the loss that trains for a cost, as the settings have it.

    Parameters
    ----------
    question : Question
    cost : Cost

    Returns
    -------
    Choice or None
        None if there is none for this target, or its parameter is out of range.
    """
    loss = cost.loss()
    if loss is None or loss.name not in question.losses:
        return None
    defaults = skloss.get_loss(loss.name).get_params()
    params = {k: v for k, v in loss.get_params().items() if v != defaults[k]}
    ranges = question.parameter_ranges(loss.name)
    for name, value in params.items():
        if name not in ranges or not ranges[name].low <= value <= ranges[name].high:
            return None
    return Choice(loss.name, tuple(params.items()))


def offer_training(question: Question, settings: Settings, cost: Any) -> None:
    """Offer to train the loss that a cost leads to, unless it was compared.

    Parameters
    ----------
    question : Question
    settings : Settings
        Those of the comparison.
    cost : Cost
    """
    choice = trained_choice(question, cost)
    if choice is None or choice in settings.choices:
        return
    others = [other for other in settings.choices if other.name != choice.name]
    wanted = Settings(
        (*others, choice),
        settings.network,
        settings.folds,
        settings.epochs,
        settings.seed,
    )
    st.button(
        f"Train {markdown.escape(wording.title_of(str(choice)))} for this cost",
        icon=":material/model_training:",
        key="train-for-cost",
        disabled=state.running() is not None,
        on_click=_train,
        args=(question, wanted),
        help="Compares the losses again, together with the loss whose best prediction "
        "is the best decision under this cost.",
    )


def _train(question: Question, settings: Settings) -> None:
    problem = comparison_panel.start(question, settings)
    if problem:
        st.toast(problem)
        return
    state.show_settings(settings)


def decisions(comparison: Any, chosen: Prices) -> tuple[Any, pd.DataFrame]:
    """Return a comparison with a cost, and its ranking of decisions.

    Parameters
    ----------
    comparison : Comparison
    chosen : Prices

    Returns
    -------
    priced : Comparison
    ranked : pandas.DataFrame
        As `skloss.comparison.rank_decisions` returns it.
    """
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import rank_decisions, reprice

    def make() -> tuple[Any, pd.DataFrame]:
        priced = reprice(comparison, chosen.cost)
        return priced, rank_decisions(priced)

    return derived.remembered(comparison, f"prices {chosen.expression}", make)


def murphy(comparison: Any, chosen: Prices) -> Any:
    """Return the Murphy diagram for the kind of answer that a cost requires.

    Parameters
    ----------
    comparison : Comparison
    chosen : Prices

    Returns
    -------
    plotly.graph_objects.Figure
        Of numbers, predictions judged as the quantile that the cost implies; of
        classes, probabilities of the rarest one.
    """
    if comparison.task.has_numbers:
        level = chosen.cost.loss().get_params()["quantile"]
        options: dict[str, Any] = {"functional": "quantile", "level": level}
    else:
        options = {"label": report.class_shares(comparison).index[0]}
    return derived.remembered(
        comparison, f"murphy {options}", lambda: figures.murphy(comparison, **options)
    )


def row(comparison: Any) -> int:
    """Draw the picker of a held-out row, and return its position.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    int
    """
    held_out = np.unique(comparison.predictions["row"])
    last = int(held_out[-1]) + 1
    if not 1 <= state.setting("decide.row", 1) <= last:
        state.change_setting("decide.row", 1)
    number = st.number_input(
        "Row",
        min_value=1,
        max_value=last,
        key=state.widget_key("decide.row"),
        persist_state="session",
        help="The number of a row, from 1, among those with a known target.",
    )
    # Where training was stopped, some folds have no predictions: the next row has.
    return int(held_out[np.searchsorted(held_out, number - 1)])
