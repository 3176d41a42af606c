"""What the pages need for keyboards and readable buttons, and Streamlit lacks."""

from skloss.app.parts.components import component


def mount() -> None:
    """Add the styles and the script to the page. Called by the router only.

    Text on primary buttons takes the colour of the page, so that one primary colour is
    legible on buttons and in selected pills; code has the theme's colours of text.
    The cells of tables stand below their headers, and tables that scroll sideways can
    be reached and scrolled with the keyboard.
    """
    # The styles are for the page around the component.
    component("accessible", isolate_styles=False)(key="accessible", height=1)
