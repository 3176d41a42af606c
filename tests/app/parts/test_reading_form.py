"""A file can be read again with other options than the detected ones."""

import pandas as pd

from tests.pages.steps import csv_of, ok, press, read_again, upload


def expanders(app):
    return [expander.label for expander in app.expander]


def test_a_sample_has_no_reading_options(dashboard):
    press(dashboard, "use-diabetes")
    assert "Reading options" not in expanders(dashboard)
    upload(dashboard, csv_of())
    assert "Reading options" in expanders(dashboard)


def test_only_a_table_offers_the_types_of_its_columns(dashboard):
    upload(dashboard, csv_of())
    labels = [widget.label for widget in dashboard.multiselect]
    assert labels == ["Read as numbers", "Read as dates", "Read as text"]
    upload(dashboard, b"1,2\n" * 60, name="numbers.csv")
    assert "Read with other options" in expanders(dashboard)


def test_lines_above_the_table_can_be_skipped(dashboard):
    upload(dashboard, b"a,b\nx,y\n1,2\n3,4\n5,6\n")
    assert list(dashboard.dataframe[0].value) == ["a", "b"]
    lines = next(w for w in dashboard.number_input if w.label.startswith("Lines"))
    assert lines.value is None
    lines.set_value(1)
    ok(next(b for b in dashboard.button if b.label == "Read again").click().run())
    assert list(dashboard.dataframe[0].value) == ["x", "y"]


def test_detected_options_are_shown_and_can_be_overridden(dashboard):
    upload(dashboard, b"when;size\n01/02/2024;1,5\n03/04/2024;2,5\n")
    between = next(w for w in dashboard.selectbox if w.label == "Delimiter")
    assert between.options[0] == "detected: semicolon ;"
    assert dashboard.dataframe[0].value["when"].iloc[0] == pd.Timestamp("2024-02-01")
    read_again(dashboard, **{"Dates such as 3/4/2024": False})
    assert dashboard.dataframe[0].value["when"].iloc[0] == pd.Timestamp("2024-01-02")
    read_again(dashboard, **{"Decimal mark": "."})
    assert "1,5" in dashboard.dataframe[0].value["size"].astype(str).tolist()


def test_an_option_that_does_not_work_leaves_the_table(dashboard):
    upload(dashboard, "naïve,size\n1,2\n3,45\n".encode())
    read_again(dashboard, Encoding="utf-16")
    assert "not in the encoding utf-16" in dashboard.error[0].value.replace("\\", "")
    assert list(dashboard.dataframe[0].value) == ["naïve", "size"]


def test_a_refused_file_can_be_read_with_other_options(dashboard):
    upload(dashboard, b"1,2\n" * 30 + b"3,4\n" * 30)
    assert "column names" in dashboard.error[0].value
    read_again(dashboard, **{"The first row holds": False})
    assert not dashboard.error
    assert list(dashboard.dataframe[0].value) == ["column_1", "column_2"]
    assert len(dashboard.dataframe[0].value) == 60
