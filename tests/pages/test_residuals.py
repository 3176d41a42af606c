"""The Residuals page: figures of one loss and the noise model of each."""

import numpy as np

from tests.pages.steps import compare, csv_of, go, ok, text_of, upload


def test_each_loss_has_a_noise_model(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard)
    go(dashboard, "residuals")
    assert len(dashboard.get("plotly_chart")) == 2
    verdicts = dashboard.table[0].value
    assert len(verdicts) == 4
    assert "negative values favour Gaussian" in text_of(dashboard)


def test_the_verdict_follows_the_noise_of_the_table(dashboard):
    rng = np.random.default_rng(0)
    upload(dashboard, csv_of(rows=400, price=rng.laplace(size=400).round(3)))
    compare(dashboard, epochs=5)
    go(dashboard, "residuals")
    assert (dashboard.table[0].value["Noise"] == "**Laplace**").all()


def test_the_log_scale_changes_the_figure(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    go(dashboard, "residuals")
    before = dashboard.get("plotly_chart")[0].proto.spec
    ok(dashboard.toggle(key="settings.log-density").set_value(True).run())
    assert dashboard.get("plotly_chart")[0].proto.spec != before
