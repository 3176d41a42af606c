"""The dashboard's router: ``streamlit run dashboard.py``."""

from skloss.app import shell

shell.route()
