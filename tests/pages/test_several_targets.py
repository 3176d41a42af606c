"""Several columns are predicted together, and every page shows them one at a time."""

import numpy as np
import pandas as pd
import pytest

from tests.pages.steps import compare, csv_of, go, ok, session, text_of, upload


def predicting(others, **columns):
    """Yield a session that has compared losses for several targets."""
    for app in session():
        upload(app, csv_of(**columns))
        picker = next(g for g in app.button_group if g.label == "Other targets")
        ok(picker.set_value(others).run())
        yield compare(app, epochs=5)


@pytest.fixture(scope="module")
def labels():
    rng = np.random.default_rng(0)
    random = {name: (rng.random(120) < 0.3).astype(int) for name in ("red", "target")}
    yield from predicting(["red"], **random)


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(0)
    two = {name: rng.normal(size=120).round(3) for name in ("size", "target")}
    yield from predicting(["size"], **two)


def charts(app):
    return [chart.proto.spec for chart in app.get("plotly_chart")]


def test_each_label_has_its_threshold_curves_and_confusion_matrix(labels):
    go(labels, "imbalance")
    box = labels.selectbox(key="settings.imbalance-class")
    assert box.label == "Label of interest"
    names = [option.partition(",")[0] for option in box.options]
    assert sorted(names) == ["red", "target"]
    place = box.options.index(next(o for o in box.options if o.startswith("red")))
    ok(box.select_index(place).run())
    assert sum("label red" in spec for spec in charts(labels)) == 2
    assert any("not red" in spec for spec in charts(labels))
    assert sorted(labels.table[0].value.index) == ["red", "target"]


def test_fits_and_worst_rows_of_labels_are_drawn_by_label(labels):
    go(labels, "compare")
    assert labels.selectbox(key="settings.fits-label").label == "Label of interest"
    assert any("probability of " in spec for spec in charts(labels))
    ok(labels.selectbox(key="settings.worst-output").set_value(1).run())
    assert "true red" in labels.dataframe[-1].value


def test_residuals_are_those_of_one_target(numbers):
    go(numbers, "residuals")
    assert len(charts(numbers)) == 4
    assert "start-verdict" not in {button.key for button in numbers.button}
    before = text_of(numbers)
    ok(numbers.selectbox(key="settings.residuals-output").set_value(1).run())
    assert text_of(numbers) != before
    assert any("output = 1" in code.value for code in numbers.code)


def test_fits_and_worst_rows_are_those_of_one_target(numbers):
    go(numbers, "compare")
    ok(numbers.selectbox(key="settings.fits-output").set_value(1).run())
    (fits,) = [spec for spec in charts(numbers) if "How does each" in spec]
    assert '"size"' in fits
    ok(numbers.selectbox(key="settings.worst-output").set_value(1).run())
    assert "true size" in numbers.dataframe[-1].value


def test_labels_at_the_end_of_a_table_are_guessed_as_targets_together():
    for app in session():
        rng = np.random.default_rng(0)
        table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["tempo", "volume"])
        for name in ("calm", "sad", "angry"):
            table[name] = (rng.random(60) < 0.4).astype(int)
        upload(app, table.to_csv(index=False).encode())
        assert "the last 3 columns are labels" in text_of(app)
        task = next(group for group in app.button_group if group.label == "Task")
        assert task.value == "multilabel"
