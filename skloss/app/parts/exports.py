"""Downloads of a comparison: predictions of new rows, the model, reports, tables."""

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from skloss import report, table, wording
from skloss.app import markdown
from skloss.app.session import derived
from skloss.app.session.jobs import Job, QueueFullError
from skloss.app.session.question import Question
from skloss.app.session.tables import MEGABYTES_AT_MOST, read_upload

_PROBLEMS_SHOWN = 200
_ROWS_SHOWN = 100


def need_model(comparison: Any, loss: str) -> Any:
    """Return the pipeline of a loss, fitted on all rows; None until it is.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    Pipeline or None
    """
    job = derived.job(comparison, f"model {loss}")
    if job is None or (job.finished and job.result is None):
        if job is not None:
            reason = markdown.escape(job.error, 300) or "See the server's log."
            st.error(f"The pipeline could not be fitted. {reason}")
        st.button(
            "Fit on all rows",
            type="primary",
            icon=":material/model_training:",
            key="fit-model",
            on_click=_start,
            args=(comparison, loss),
        )
        return None
    if not job.finished:
        _watch(job)
        return None
    return job.result


def _start(comparison: Any, loss: str) -> None:
    def fit(on_epoch: Any) -> Any:
        # Imported here because the first page of the dashboard must not load torch.
        from skloss.comparison import refit

        return refit(comparison, loss)

    try:
        derived.start(comparison, f"model {loss}", Job(fit))
    except QueueFullError as error:
        st.warning(str(error))


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    if job.finished:
        st.rerun()
    waited = wording.duration(max(job.seconds_taken, 1))
    st.progress(0.0, text=f"Fitting on all rows, {waited} so far")


def predictions(question: Question, model: Any) -> None:
    """Draw the upload of new rows, what is wrong with them, and their predictions.

    Parameters
    ----------
    question : Question
    model : Pipeline
        Fitted on all rows.
    """
    file = st.file_uploader(
        "Rows to predict (CSV)",
        type=["csv", "tsv", "txt"],
        key="new-rows",
        max_upload_size=MEGABYTES_AT_MOST,
        help="A table with the columns of the training table; the target is not "
        "needed. The file stays in this session.",
    )
    if file is None:
        return
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import predict_rows

    try:
        how = question.table.overrides | {"sample_rows": None}  # none are left out
        new = read_upload(file.name, file.getvalue(), **how).frame
        rows, problems = table.match_rows(new, question.split[0], question.roles)
    except ValueError as error:
        st.error(markdown.escape(str(error), 500), icon=":material/description:")
        return
    found = predict_rows(model, rows)
    if len(problems):
        st.warning(
            f"{wording.count(len(problems), 'cell')} could not be used as "
            f"{'it is' if len(problems) == 1 else 'they are'}:"
        )
        st.dataframe(
            problems.head(_PROBLEMS_SHOWN).astype({"value": "str"}),
            hide_index=True,
            alt="Cells of the new rows that could not be used",
        )
    else:
        st.caption(f"{wording.count(len(found), 'row')} predicted.")
    found = found.set_axis(pd.RangeIndex(1, len(found) + 1, name="row"))
    st.dataframe(found.head(_ROWS_SHOWN), alt="Predictions of the new rows")
    csv("Predictions (CSV)", found, "predictions.csv", key="get-new-predictions")


def model_file(model: Any) -> None:
    """Draw the download of a fitted pipeline, and the code that loads it."""
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import write_model

    try:
        file = derived.remembered(model, "file", lambda: write_model(model))
    except (ImportError, ValueError) as error:
        st.info(markdown.escape(str(error), 300))
        return
    download("Pipeline (skops)", lambda: file.content, "model.skops", key="get-model")
    with st.expander("Load it in Python"):
        st.code(
            f"{file.script()}\n\n# X: a table with the columns of the training table\n"
            "model.predict(X)"
        )


def files(comparison: Any) -> None:
    """Draw the downloads of report, script and tables."""
    with st.container(horizontal=True, key="files"):
        download(
            "Report (HTML)",
            lambda: _report(comparison),
            "report.html",
            key="get-report",
        )
        download(
            "Script (Python)", comparison.script, "comparison.py", key="get-script"
        )
    with st.container(horizontal=True, key="tables"):
        for name, frame in report.tables(comparison).items():
            label = f"{wording.capitalized(name)} (CSV)"
            csv(label, frame, f"{name.replace(' ', '-')}.csv", index=False)


def _report(comparison: Any) -> bytes:
    page = io.StringIO()
    report.write_html(comparison, page)
    return page.getvalue().encode()


def csv(
    label: str, frame: pd.DataFrame, name: str, key: str = "", index: bool = True
) -> None:
    """Draw the download of a table, with formulas escaped.

    Parameters
    ----------
    label : str
    frame : pandas.DataFrame
    name : str
        Of the file.
    key : str
    index : bool
        Whether the index is part of the file.
    """
    download(
        label, lambda: table.write_csv(frame, index=index), name, key or f"get-{name}"
    )


def download(label: str, make: Callable[[], Any], name: str, key: str) -> None:
    """Draw a download whose content is made when the button is pressed.

    Parameters
    ----------
    label : str
    make : callable
        Returns str or bytes.
    name : str
        Of the file.
    key : str
    """
    st.download_button(
        label,
        make,
        file_name=name,
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )


def script(comparison: Any, loss: str) -> str:
    """Return the Python script that does what the page does.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    str
    """
    return "\n".join(
        [
            comparison.script().rstrip(),
            "",
            "from skloss import table",
            "from skloss.comparison import predict_rows, refit",
            "",
            'comparison.to_html("report.html")',
            f"model = refit(comparison, {loss!r})",
            "# In place of the first X: table.read_table of a file with new rows.",
            "rows, problems = table.match_rows(X, X)",
            "predictions = predict_rows(model, rows)",
            'with open("predictions.csv", "w", encoding="utf-8") as file:',
            "    file.write(table.write_csv(predictions))",
        ]
    )
