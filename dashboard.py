"""The dashboard's router: ``streamlit run dashboard.py``."""

from skloss.app.parts import frame

frame.route()
