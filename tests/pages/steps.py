"""Steps through the dashboard without a browser, for the tests of its pages."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from skloss.app.session import jobs

ROOT = Path(__file__).parents[2]
PAGES = ["data", "compare", "residuals", "imbalance"]


def csv_of(rows=120, seed=1, **columns):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"width": rng.normal(size=rows), "place": rng.choice(["a", "b"], rows)}
    )
    frame["price"] = (frame["width"] * 3 + rng.normal(size=rows)).round(3)
    return frame.assign(**columns).to_csv(index=False).encode()


def session():
    """Yield a new session at the first page; its jobs are stopped at the end."""
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    yield app
    for job in list(jobs.QUEUE._jobs):
        job.stop()
        job.join(10)


def ok(app):
    assert not app.exception
    return app


def go(app, page):
    return ok(app.switch_page(f"pages/{page}.py").run())


def press(app, key):
    return ok(app.button(key=key).click().run())


def upload(app, content, name="houses.csv"):
    return ok(app.file_uploader(key="upload").upload(name, content, "text/csv").run())


def said(app):
    """Everything in words on the page, Markdown escapes removed."""
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return " | ".join(part.value for part in parts).replace("\\", "")


def is_compared(app):
    """Tell whether the matrix is there, yardsticks included."""
    return bool(app.table) and "…" not in app.table[0].value.to_numpy()


def compare(app, epochs=15, folds=2):
    """Run a small comparison on the Compare page and wait for its end."""
    go(app, "compare")
    app.number_input(key="settings.epochs").set_value(epochs).run()
    app.slider(key="settings.folds").set_value(folds).run()
    press(app, "compare")
    return wait_until(app, is_compared)


def wait_until(app, condition):
    """Run the page again and again until the condition holds of it."""
    deadline = time.monotonic() + 60
    while not condition(app) and time.monotonic() < deadline:
        time.sleep(0.2)
        ok(app.run())
    assert condition(app)
    return app


def reread(app, **choices):
    """Fill in the form on how the file was read, and send it off."""
    for label, value in choices.items():
        next(w for w in app.selectbox if w.label == label).set_value(value)
    return ok(next(b for b in app.button if b.label == "Read again").click().run())
