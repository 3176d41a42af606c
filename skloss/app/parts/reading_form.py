"""How an uploaded file is read: what was guessed, and a form to say it otherwise."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from skloss.app import text
from skloss.app.session import state
from skloss.app.session.question import LoadedTable, read_upload
from skloss.table import TableError

_GUESS = "auto"  # the word of read_table
_WIDTH = 250
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Western European (cp1252)",
    "cp1250": "Central European (cp1250)",
    "cp1251": "Cyrillic (cp1251)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
}
_DELIMITERS = {
    ",": "comma ,",
    ";": "semicolon ;",
    "\t": "tab",
    "|": "bar |",
    " ": "space",
    ":": "colon :",
}
_DECIMALS = {".": "point 1.5", ",": "comma 1,5"}
_THOUSANDS = {
    "": "none 1000",
    ",": "comma 1,000",
    ".": "point 1.000",
    "'": "apostrophe 1'000",
    " ": "space 1 000",
}
_HEADERS = {True: "names of columns", False: "values"}
_ORDERS = {True: "day, month, year", False: "month, day, year"}
_TYPES = {"number": "Read as numbers", "date": "Read as dates", "text": "Read as text"}


def take_in(name: str, content: bytes, overrides: Mapping[str, Any]) -> str:
    """Read a file and make it the current table, or return why it is refused."""
    try:
        with st.spinner("Reading the file…"):
            table = read_upload(name, content, **overrides)
    except TableError as error:
        return str(error)
    state.set_table(table)
    st.rerun()


def of_table(data: LoadedTable) -> None:
    """Let what was guessed about the current table be overridden."""
    if data.sample is None:
        with st.expander("How it was read", icon=":material/manufacturing:"):
            st.caption("Change what was guessed wrong. The file is then read anew.")
            _form(
                data.name,
                data.content,
                data.overrides,
                data.guesses,
                list(data.frame.columns),
            )


def of_refused(name: str, content: bytes) -> None:
    """Let a file that was refused be read in another way."""
    with st.expander("Read it in another way", icon=":material/manufacturing:"):
        _form(name, content, {}, {}, [])


def _form(
    name: str,
    content: bytes,
    overrides: Mapping[str, Any],
    guesses: Mapping[str, Any],
    columns: list[str],
) -> None:
    def choice(label: str, key: str, words: Mapping[Any, str]) -> Any:
        options = [_GUESS, *words]
        # An override that was given stands in the place of the guess.
        guess = "" if key in overrides else words.get(guesses.get(key), "")
        return st.selectbox(
            label,
            options,
            index=options.index(overrides.get(key, _GUESS)),
            format_func=lambda value: words.get(value, _as_guessed(guess)),
            width=_WIDTH,
        )

    with st.form(f"reading-{name}-{sorted(overrides.items())}", border=False):
        with st.container(horizontal=True):
            delimiter = choice("Between values", "delimiter", _DELIMITERS)
            encoding = choice("Encoding", "encoding", _ENCODINGS)
            header = choice("The first row holds", "header", _HEADERS)
            skip_rows = st.number_input(
                "Lines above the first row",
                min_value=0,
                value=overrides.get("skip_rows"),
                placeholder=_as_guessed(guesses.get("skip_rows", "")),
                width=_WIDTH,
            )
            decimal = choice("Decimal mark", "decimal", _DECIMALS)
            thousands = choice("Between thousands", "thousands", _THOUSANDS)
            dayfirst = choice("Dates such as 3/4/2024", "dayfirst", _ORDERS)
            types = _types(overrides.get("types", {}), columns)
        pressed = st.form_submit_button("Read again", icon=":material/refresh:")
    if not pressed:
        return
    said = {
        "delimiter": delimiter,
        "encoding": encoding,
        "header": header,
        "decimal": decimal,
        "thousands": thousands,
        "dayfirst": dayfirst,
        "skip_rows": _GUESS if skip_rows is None else skip_rows,
        "types": types or _GUESS,
    }
    refused = take_in(name, content, {k: v for k, v in said.items() if v != _GUESS})
    st.error(text.escape(refused, 500), icon=":material/description:")


def _as_guessed(guess: Any) -> str:
    return "as guessed" if guess == "" else f"as guessed: {guess}"


def _types(given: Mapping[str, str], columns: list[str]) -> dict[str, str]:
    """Draw the choice of the columns of each type; a refused file has none."""
    chosen = {}
    for kind, label in _TYPES.items() if columns else ():
        before = [name for name in columns if given.get(name) == kind]
        names = st.multiselect(label, columns, default=before, width=_WIDTH)
        chosen |= dict.fromkeys(names, kind)
    return chosen
