"""The Residuals page: figures of one loss and the noise model of each."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from skloss.app.markdown import loss_title
from skloss.training.spec import Progress
from tests.pages.steps import (
    compare,
    csv_of,
    go,
    keys_of_buttons,
    ok,
    press,
    text_of,
    upload,
    wait_until,
)

PROGRESS = Progress(0.5, 1, 2, [])


def test_each_loss_has_a_noise_model_and_the_answer_is_that_of_the_summary(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=5)
    sentences = text_of(dashboard)
    go(dashboard, "residuals")
    answer = dashboard.subheader[0].value.replace("\\", "")
    picked = dashboard.session_state["settings.residuals-loss"]
    assert answer.startswith(f"Residuals of {loss_title(picked)}:")
    assert "too few to compare the tails" in answer
    assert answer in sentences
    assert len(dashboard.get("plotly_chart")) == 4
    covered, verdicts = (table.value for table in dashboard.table)
    assert covered.index.tolist() == ["Gaussian", "Laplace", "Student t"]
    assert len(verdicts) == 4
    assert "“Ahead by” is its lead" in text_of(dashboard)
    before = dashboard.get("plotly_chart")[0].proto.spec
    ok(dashboard.toggle(key="settings.log-density").set_value(True).run())
    assert dashboard.get("plotly_chart")[0].proto.spec != before


def test_the_verdict_follows_the_noise_of_the_table(dashboard):
    rng = np.random.default_rng(0)
    upload(dashboard, csv_of(rows=400, price=rng.normal(size=400).round(3)))
    compare(dashboard, epochs=5)
    go(dashboard, "residuals")
    assert (dashboard.table[1].value["Noise"] == "**Gaussian**").all()


def test_the_verdict_on_the_table_is_fitted_on_request(dashboard, monkeypatch):
    def verdict(X, y, **options):
        options["on_epoch"](PROGRESS)
        return SimpleNamespace(
            text="Laplace fits better than Gaussian by 0.1 nats per row.",
            nats=pd.Series({"laplace": -1.0, "gaussian": -1.1}),
            winner="laplace",
        )

    monkeypatch.setattr("skloss.noise_verdict", verdict, raising=False)
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    go(dashboard, "residuals")
    press(dashboard, "start-verdict")
    wait_until(dashboard, lambda app: "Laplace fits" in app.subheader[0].value)
    scores = dashboard.table[0].value
    assert scores.index.tolist() == ["**Laplace**", "Gaussian"]
    assert "start-verdict" not in keys_of_buttons(dashboard)
    go(dashboard, "compare")
    go(dashboard, "residuals")
    assert "Laplace fits" in dashboard.subheader[0].value
