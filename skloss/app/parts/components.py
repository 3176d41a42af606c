"""Small components with a script of their own, from the files of their name."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


@st.cache_resource(show_spinner=False)
def component(
    name: str,
    html: str | None = None,
    scripts: tuple[str, ...] = (),
    isolate_styles: bool = True,
) -> Any:
    """Return the renderer of a component.

    Parameters
    ----------
    name : str
        Name of its files; the one with styles may be missing.
    html : str, optional
    scripts : tuple of str, optional
        Names of its scripts, in order, if there are several.
    isolate_styles : bool, default True
        Whether the styles are for the component only, not for the page around it.
    """
    css = _HERE / f"{name}.css"
    js = [_HERE / f"{script}.js" for script in scripts or (name,)]
    return st.components.v2.component(
        f"skloss.{name}",
        html=html,
        css=css.read_text(encoding="utf-8") if css.exists() else None,
        js="".join(script.read_text(encoding="utf-8") for script in js),
        isolate_styles=isolate_styles,
    )
