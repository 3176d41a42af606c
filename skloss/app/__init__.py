"""The dashboard: the session of a person, and the parts that pages are built from.

Streamlit is used here and in the pages, and nowhere else in the package.
"""

import os

# Several people share the cores of the dashboard's server, and numerical libraries read
# this variable when they are loaded. On a busy core, threads that wait for each other
# take many times as long as one thread; comparisons use several cores by stacks that
# do not wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
