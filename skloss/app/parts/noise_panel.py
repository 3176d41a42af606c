"""The noise model of a table: the verdict, computed by a job on request."""

from typing import Any

import streamlit as st

from skloss import report
from skloss.app import markdown
from skloss.app.parts import kept_jobs
from skloss.app.session import derived, state, work
from skloss.app.session.question import Question
from skloss.app.session.settings import Settings

_CANDIDATES = (
    "Fits Gaussian, Laplace and Student t noise, each with a constant spread and with "
    "one that is predicted for every row, and compares them on held-out rows. The "
    "verdict then replaces the sentence on the residuals."
)


def verdict(
    comparison: Any,
    question: Question,
    settings: Settings,
    output: int | None = None,
) -> None:
    """Draw the answer of the page: one large sentence, and how it was found.

    Parameters
    ----------
    comparison : Comparison
    question : Question
    settings : Settings
        Those of the comparison.
    output : int, default=None
        Place of one of several targets; every noise model is fitted to one only.
    """
    job = state.cache("verdicts").get(_key(question, settings))
    found = None if job is None else job.result
    if found is not None:
        _sentence(found.text)
        st.caption(
            "Each candidate was trained on the table and scored on the same held-out "
            "rows, in nats per row: 0.1 nats mean that a row is 10% more likely under "
            "the better model. See the scores below."
        )
        with st.expander("Scores of the candidates"):
            st.table(report.verdict_table(found, markdown.CELLS), border="horizontal")
        return
    _sentence(derived.once(comparison, report.noise_sentence, output=output))
    st.caption(
        "From the held-out residuals of the loss with the best NLL, in nats per row: "
        "0.1 nats mean that a row is 10% more likely under the better model."
    )
    if output is not None:
        return
    if job is not None and not job.finished:
        kept_jobs.watch(job, "-verdict")
        return
    if job is not None and job.error:
        st.warning(markdown.escape(job.error, 400))
    st.button(
        "Fit every noise model to the table",
        icon=":material/model_training:",
        help=_CANDIDATES,
        key="start-verdict",
        on_click=_start,
        args=(question, settings),
    )


def script(comparison: Any, loss: str, output: int | None = None) -> str:
    """Return the Python that gives the sentence, tables and figures of the page.

    Parameters
    ----------
    comparison : Comparison
    loss : str
    output : int, default=None
        Place of one of several targets.

    Returns
    -------
    str
    """
    names = ("histogram", "qq", "spread", "pit")
    chosen, of = f"loss = {loss!r}", ""
    if output is not None:
        chosen, of = f"{chosen}\noutput = {output!r}", ", output=output"
    lines = [
        f"{comparison.script()}\nfrom skloss import figures, report\n",
        chosen,
        f"print(report.noise_sentence(comparison{of}))",
        f"print(report.noise_table(comparison{of}))",
        f"print(report.coverage_table(comparison, loss{of}))",
        *(f"figures.residual_{name}(comparison, loss{of}).show()" for name in names),
    ]
    return "\n".join(lines)


def _sentence(text: str) -> None:
    """Draw the first sentence as the answer, and further ones below it."""
    answer, end, more = text.partition(". ")
    with st.container(key="verdict"):
        st.subheader(markdown.escape(answer + end.strip(), 600), anchor=False)
        if more:
            st.markdown(markdown.escape(more, 600))


def _key(question: Question, settings: Settings) -> tuple[Any, ...]:
    # The verdict has candidates of its own, whichever losses are compared.
    return question.key, settings.network, settings.epochs, settings.seed


def _start(question: Question, settings: Settings) -> None:
    kept_jobs.start(
        work.verdict_work(question, settings),
        "verdicts",
        _key(question, settings),
        title="Fitting noise models",
        page="residuals",
    )
