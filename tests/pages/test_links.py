"""The address reproduces the controls of Decide, Losses and Theory."""

import hashlib

import pytest

from skloss.app.session import links
from tests.pages.steps import (
    compare,
    csv_of,
    go,
    losses_of,
    moving,
    new_app,
    ok,
    text_of,
    upload,
)


def test_a_link_sets_the_controls_of_the_theory_page():
    app = ok(new_app(**{"theorem": "kl", "theory.kl.p.peak": "5.0"}).run())
    go(app, "theory")
    assert app.selectbox(key="settings.theorem").value == "kl"
    assert moving(app)[0]["controls"][0]["value"] == 5.0


def test_a_link_sets_the_controls_of_the_losses_page():
    losses = ["huber", "nonsense", "quantile"]
    app = new_app(
        **{"explore.losses.regression": losses, "explore.quantity": "gradient"}
    )
    go(ok(app.run()), "losses")
    assert app.get("button_group")[0].value == ["huber", "quantile"]
    assert app.get("button_group")[1].value == "gradient"


def test_changed_controls_are_part_of_the_address_and_defaults_are_not(dashboard):
    go(dashboard, "theory")
    assert links.query(dashboard.session_state) == {}
    ok(dashboard.selectbox(key="settings.theorem").set_value("gradients").run())
    ok(dashboard.slider(key="settings.theory.gradients.score").set_value(3.0).run())
    assert links.query(dashboard.session_state) == {
        "theorem": ["gradients"],
        "theory.gradients.score": ["3.0"],
    }


def test_a_link_sets_the_prices_and_the_row():
    link = {"decide.under": "7.5", "decide.over": "1e300", "decide.row": "12"}
    app = ok(
        new_app(
            sample="diabetes", loss=["squared_error"], network="linear", **link
        ).run()
    )
    compare(app, epochs=5)
    go(app, "decide")
    values = [
        app.number_input(key=f"settings.decide.{n}").value for n in ("under", "row")
    ]
    assert values == [7.5, 12]
    assert app.number_input(key="settings.decide.over").value == 1e12


def test_a_link_about_an_upload_requests_the_file_and_is_then_followed():
    content = csv_of()
    digest = hashlib.sha256(content).hexdigest()
    link = {"file": "*houses*.csv", "sha256": digest, "target": "width", "folds": "3"}
    app = go(new_app(**link, loss=["huber"]), "compare")
    asked = f"about ***houses*.csv** (SHA-256 {digest[:12]}…)"
    assert asked in text_of(app)
    assert asked in text_of(go(app, "data"))
    upload(app, content, name="same.csv")
    assert [title.value for title in app.title] == ["Compare losses"]
    assert "target: **width**" in text_of(app)
    assert app.slider(key="settings.folds").value == 3
    assert losses_of(app) == ["huber"]
    assert "This link" not in text_of(app)


@pytest.mark.parametrize("path", ["theory", "losses"])
def test_a_hostile_link_leaves_valid_controls(path):
    link = {
        "theorem": "<script>",
        "theory.noise.sigma": "nan",
        "theory.kl.p.peak": "1e300",
        "explore.task": "nonsense",
        "explore.quantity": "nonsense",
        "explore.losses.regression": "nonsense",
        "explore.huber.delta": "-1e300",
    }
    go(ok(new_app(**link).run()), path)
