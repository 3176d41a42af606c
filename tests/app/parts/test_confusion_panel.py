"""The rows of a cell of the confusion matrix, below it on the page Compare."""

import numpy as np

from tests.pages.steps import compare, csv_of, ok, upload


def test_a_picked_cell_lists_its_rows(dashboard):
    kinds = np.random.default_rng(0).choice(["red", "green", "blue"], 120)
    upload(dashboard, csv_of(label=kinds))
    compare(dashboard, epochs=2)
    cells = [box for box in dashboard.selectbox if box.label == "Rows of a cell"]
    assert len(cells) == 1
    first, last = cells[0].options[0], cells[0].options[-1]
    assert " predicted as " in first
    ok(cells[0].select_index(len(cells[0].options) - 1).run())
    count = int(last.rpartition(": ")[2].split()[0])
    tables = [table.value for table in dashboard.dataframe]
    shown = [t for t in tables if "probability of the prediction" in t]
    assert [len(table) for table in shown] == [min(count, 20)]
