"""What the pages share: state, widgets, background jobs and wording.

The only part of the package that knows Streamlit.
"""

import os

# In the dashboard's own server several people share the cores, and libraries read this
# when they are loaded: where a core is busy, threads that wait for each other take many
# times as long as one thread. Comparisons use the cores by stacks that need not wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")
