"""The router of the dashboard: ``streamlit run dashboard.py``."""

from skloss.app.parts import frame

frame.route()
