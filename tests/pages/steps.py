"""Steps through the dashboard without a browser, for the tests of its pages."""

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from skloss import wording
from skloss.app.parts.pages import PAGES
from skloss.app.session import jobs

ROOT = Path(__file__).parents[2]
PATHS = [page.path for page in PAGES]


def csv_of(rows=120, seed=1, **columns):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"width": rng.normal(size=rows), "place": rng.choice(["a", "b"], rows)}
    )
    table["price"] = (table["width"] * 3 + rng.normal(size=rows)).round(3)
    return table.assign(**columns).to_csv(index=False).encode()


def new_app(folder=ROOT, **query):
    """Return a new session at a URL with this query, before its first run."""
    app = AppTest.from_file(str(folder / "dashboard.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app


def session():
    """Yield a new session at the first page; its jobs are stopped at the end."""
    yield new_app().run()
    for job in list(jobs.QUEUE._jobs):
        job.stop()
        job.join(10)


def ok(app):
    assert not app.exception
    return app


def go(app, path):
    return ok(app.switch_page(f"pages/{path}.py").run())


def press(app, key):
    return ok(app.button(key=key).click().run())


def upload(app, content, name="houses.csv"):
    return ok(app.file_uploader(key="upload").upload(name, content, "text/csv").run())


def text_of(app):
    """Return all text of the page, without Markdown escapes."""
    kinds = [
        *(app.title, app.header, app.subheader, app.markdown, app.caption),
        *(app.info, app.warning, app.error),
    ]
    return " | ".join(part.value for kind in kinds for part in kind).replace("\\", "")


def keys_of_buttons(app):
    return {button.key for button in app.button}


def is_compared(app):
    """Return whether the matrix is there, baselines included."""
    return bool(app.table) and "…" not in app.table[0].value.to_numpy()


def _pickers_of_losses(app):
    key = "settings.loss."
    return [one for one in app.sidebar.button_group if (one.key or "").startswith(key)]


def losses_of(app):
    """Return the losses that are selected on the page Compare."""
    return [name for picker in _pickers_of_losses(app) for name in picker.value]


def offered_losses(app):
    """Return the titles of the losses that can be selected on the page Compare."""
    return [title for picker in _pickers_of_losses(app) for title in picker.options]


def select_losses(app, names):
    """Select these losses only, on the page Compare."""
    for picker in _pickers_of_losses(app):
        own = [name for name in names if wording.title_of(name) in picker.options]
        picker.set_value(own)
    return ok(app.run())


def choose_epochs(app, epochs):
    go(app, "compare")
    app.number_input(key="settings.epochs").set_value(epochs).run()


def compare(app, epochs=15, folds=2):
    """Run a small comparison on the Compare page and wait for its end."""
    go(app, "compare")
    app.number_input(key="settings.epochs").set_value(epochs)
    ok(app.slider(key="settings.folds").set_value(folds).run())
    press(app, "compare")
    return finish(app)


def finish(app):
    """Run the page each time when its jobs have ended, until the matrix is complete.

    The losses are followed by the baselines. A page that is drawn while they run would
    cost more than they do.
    """
    for _ in range(4):
        for job in list(jobs.QUEUE._jobs):
            job.join(60)
        ok(app.run())
        if is_compared(app):
            break
    assert is_compared(app)
    return app


def wait_until(app, condition):
    """Run the page again and again until the condition holds."""
    deadline = time.monotonic() + 60
    while not condition(app) and time.monotonic() < deadline:
        time.sleep(0.2)
        ok(app.run())
    assert condition(app)
    return app


def read_again(app, **options):
    """Fill in the form of reading options and submit it."""
    for label, value in options.items():
        next(w for w in app.selectbox if w.label == label).set_value(value)
    return ok(next(b for b in app.button if b.label == "Read again").click().run())


def moving(app):
    """Return the moving figures of the page, as they are sent to the browser."""
    sent = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    return [figure for figure in sent if "traces" in figure]


def move(app, name, value):
    """Do what a slider of a moving figure does when it comes to rest."""
    app.session_state[f"settings.{name}"] = value
    return ok(app.run())
