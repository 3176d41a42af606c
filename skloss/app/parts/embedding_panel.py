"""The comparison of embeddings on a page: start button, progress, result."""

from typing import Any

import streamlit as st

from skloss import wording
from skloss.app import markdown
from skloss.app.parts import baselines, embedding_settings, kept_jobs
from skloss.app.session import state, work
from skloss.app.session.question import Question
from skloss.app.session.work import EmbeddingSettings


def result(question: Question) -> Any:
    """Draw settings and progress; return the comparison, or None without one.

    Parameters
    ----------
    question : Question

    Returns
    -------
    Comparison or None
    """
    question, settings, problem = embedding_settings.draw(question)
    kept = state.cache("embeddings")
    key = question.key, settings
    job = kept.get(key)
    running = job is not None and not job.finished
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Comparing…" if running else "Compare embeddings",
            type="primary",
            icon=":material/play_arrow:",
            disabled=running or bool(problem),
            key="start-embeddings",
            on_click=_start,
            args=(question, settings),
        )
    if problem:
        st.warning(problem)
        return None
    with st.container():  # drawn even if empty, so that the rest keeps its place
        if running:
            kept_jobs.watch(job, "-embeddings")
        elif job is not None and job.error:
            st.warning(markdown.escape(job.error, 400))
    if job is None or job.result is None or job.result.predictions.empty:
        if not running:
            st.info(
                "Nothing has been compared yet. Press Compare embeddings to start: "
                "every loss is trained with the same folds and "
                "batches, and scored on held-out rows."
            )
        return None
    return job.result


def matrix(comparison: Any) -> None:
    """Draw the losses by metrics, with the baselines of the task.

    Parameters
    ----------
    comparison : Comparison
    """
    if comparison.task.has_views:
        explained = "one point for all rows, and CCA (canonical correlation)"
        recall = "rows whose own second group is the most similar of all held-out rows"
    else:
        explained = (
            "one point for all rows, the standardised features, PCA, LDA, and NCA "
            "(neighbourhood components analysis, up to 5,000 rows)"
        )
        recall = "rows whose nearest neighbour has the same class"
    baselines.matrix(comparison, explained, page="embeddings")
    st.caption(f"Scores are of held-out rows: Recall@1 is the share of {recall}.")


def how_to_read_neighbours(comparison: Any) -> str:
    """Return what the table of nearest rows shows.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
    """
    if comparison.task.has_views:
        return (
            "The row itself comes first, with the rank of its own second group; the "
            "others are the held-out rows of its fold whose second group is placed "
            "closest to it. Shown are their first groups."
        )
    return "The row itself comes first; the others are held-out rows of its fold."


def row_picker(comparison: Any, loss: str) -> int:
    """Draw the picker of a held-out row of the first fold, and return its position.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    int
    """
    rows = comparison.predictions
    rows = rows[rows["loss"] == loss]
    own = rows[rows["fold"] == rows["fold"].iloc[0]]
    options = own["row"].tolist()
    names = {row: str(row + 1) for row in options}
    if not comparison.task.has_views:
        for row, label in zip(options, own["y_true"].map(str), strict=True):
            names[row] += f": {wording.display_name(label, 40)}"
    former = state.setting("embedding-row", options[0])
    if former not in options:
        state.change_setting("embedding-row", options[0])
    return st.selectbox(
        "Row",
        options,
        key=state.widget_key("embedding-row"),
        persist_state="session",
        format_func=names.get,
    )


def _start(question: Question, settings: EmbeddingSettings) -> None:
    kept_jobs.start(
        work.embedding_work(question, settings),
        "embeddings",
        (question.key, settings),
        title="Comparing embeddings",
        page="embeddings",
    )
