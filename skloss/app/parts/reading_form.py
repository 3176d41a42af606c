"""The form with which a file can be read again, with other options than detected."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from skloss.app import markdown
from skloss.app.session import proposals, state
from skloss.app.session.tables import (
    ROWS_AT_MOST,
    ROWS_OF_SAMPLE,
    LoadedTable,
    read_upload,
)
from skloss.table import TableError
from skloss.table.encodings import ENCODINGS

_DETECT = "auto"  # as in read_table
# Pixels of a field: several fit a row on a screen, one on a phone.
_WIDTH = 250
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    **{name: f"{language} ({name})" for name, language in ENCODINGS.items()},
}
_DELIMITERS = {
    ",": "comma ,",
    ";": "semicolon ;",
    "\t": "tab",
    "|": "bar |",
    " ": "space",
    ":": "colon :",
    "~": "tilde ~",
    "^": "caret ^",
    "\x01": "control character 1",
    "\x1f": "unit separator",
}
_DECIMALS = {".": "point 1.5", ",": "comma 1,5"}
_THOUSANDS = {
    "": "none 1000",
    ",": "comma 1,000",
    ".": "point 1.000",
    "'": "apostrophe 1'000",
    " ": "space 1 000",
}
_QUOTES = {True: "around values", False: "ordinary characters"}
_HEADERS = {True: "column names", 2: "groups of columns", False: "values"}
_ORDERS = {True: "day, month, year", False: "month, day, year"}
_TYPES = {"number": "Read as numbers", "date": "Read as dates", "text": "Read as text"}


def read(name: str, content: bytes, overrides: Mapping[str, Any]) -> str:
    """Read a file and start again with its table, or return why it is refused."""
    try:
        with st.spinner("Reading the file…"):
            loaded = read_upload(name, content, **overrides)
    except TableError as error:
        return str(error)
    state.set_table(loaded)
    st.rerun()


def for_table(loaded: LoadedTable) -> None:
    """Draw the form for the current table if it was uploaded."""
    if loaded.sample is None:
        with st.expander("Reading options", icon=":material/manufacturing:"):
            st.caption("Change what was detected wrongly. The file is then read again.")
            _form(
                loaded.name,
                loaded.content,
                loaded.overrides,
                loaded.guesses,
                list(loaded.frame.columns),
            )


def rows_button(loaded: LoadedTable, key: str) -> None:
    """Offer all rows of a file in place of a sample, or the sample again."""
    if loaded.is_part and loaded.n_rows <= ROWS_AT_MOST:
        label, rows = f"Use all {loaded.n_rows:,} rows", None
        help = "Comparisons take longer, about in proportion to the rows."
    elif not loaded.is_part and len(loaded.frame) > ROWS_OF_SAMPLE:
        label, rows = f"Use a sample of {ROWS_OF_SAMPLE:,} rows", ROWS_OF_SAMPLE
        help = "Comparisons take less time."
    else:
        return
    if st.button(label, icon=":material/table_rows:", help=help, key=key):
        how = loaded.overrides | {"sample_rows": rows}
        with st.spinner("Reading the file…"):
            again = read_upload(loaded.name, loaded.content, **how)
        target, task = state.target(), state.task()
        changed = proposals.changed_roles(state.proposed_roles(), state.roles())
        state.set_table(again)
        state.choose_target(target)
        state.choose_task(task)
        roles = proposals.with_roles(state.proposed_roles(), target, changed)
        state.choose_roles(roles)
        st.rerun()


def for_refused_file(name: str, content: bytes) -> None:
    """Draw the form for a file that could not be read."""
    with st.expander("Read with other options", icon=":material/manufacturing:"):
        _form(name, content, {}, {}, [])


def _form(
    name: str,
    content: bytes,
    overrides: Mapping[str, Any],
    guesses: Mapping[str, Any],
    columns: list[str],
) -> None:
    """Draw the form, and read the file again when it is sent."""
    with st.form(f"reading-{name}-{sorted(overrides.items())}", border=False):
        with st.container(horizontal=True):
            chosen = _fields(overrides, guesses, columns)
        pressed = st.form_submit_button("Read again", icon=":material/refresh:")
    if not pressed:
        return
    chosen = {k: v for k, v in chosen.items() if v != _DETECT}
    if "sample_rows" in overrides:
        chosen["sample_rows"] = overrides["sample_rows"]
    error = read(name, content, chosen)
    st.error(markdown.escape(error, 500), icon=":material/description:")


def _fields(
    overrides: Mapping[str, Any], guesses: Mapping[str, Any], columns: list[str]
) -> dict[str, Any]:
    """Draw a field for each option of reading, and return what they hold."""

    def choice(label: str, key: str, words: Mapping[Any, str]) -> Any:
        options = [_DETECT, *words]
        # Once a value is overridden, what would be detected is not known.
        guess = "" if key in overrides else words.get(guesses.get(key), "")
        return st.selectbox(
            label,
            options,
            index=options.index(overrides.get(key, _DETECT)),
            format_func=lambda value: words.get(value, _detected(guess)),
            width=_WIDTH,
        )

    chosen = {
        "delimiter": choice("Delimiter", "delimiter", _DELIMITERS),
        "encoding": choice("Encoding", "encoding", _ENCODINGS),
        "header": choice("The first row holds", "header", _HEADERS),
    }
    skip_rows = st.number_input(
        "Lines above the first row",
        min_value=0,
        value=overrides.get("skip_rows"),
        placeholder=_detected(guesses.get("skip_rows", "")),
        width=_WIDTH,
    )
    chosen |= {
        "skip_rows": _DETECT if skip_rows is None else skip_rows,
        "decimal": choice("Decimal mark", "decimal", _DECIMALS),
        "thousands": choice("Thousands separator", "thousands", _THOUSANDS),
        "dayfirst": choice("Dates such as 3/4/2024", "dayfirst", _ORDERS),
        "quotes": choice("Quotes", "quotes", _QUOTES),
    }
    keep = st.checkbox(
        "Keep comments, units and totals",
        value="skip_lines" in overrides,
        help="Otherwise lines that are not rows of the table are left out.",
        width=_WIDTH,
    )
    return chosen | {
        "skip_lines": overrides.get("skip_lines", ()) if keep else _DETECT,
        "types": _types(overrides.get("types", {}), columns) or _DETECT,
    }


def _detected(guess: Any) -> str:
    return "detected" if guess == "" else f"detected: {guess}"


def _types(given: Mapping[str, str], columns: list[str]) -> dict[str, str]:
    """Draw a picker of columns for each type; a refused file has no columns."""
    chosen = {}
    for kind, label in _TYPES.items() if columns else ():
        before = [name for name in columns if given.get(name) == kind]
        names = st.multiselect(label, columns, default=before, width=_WIDTH)
        chosen |= dict.fromkeys(names, kind)
    return chosen
