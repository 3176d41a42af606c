"""What the pages share: state, widgets, background jobs and wording.

The only part of the package that knows Streamlit.
"""
