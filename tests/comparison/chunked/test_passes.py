"""compare_losses on tables in chunks: what is learned, held out and kept in memory."""

import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pytest

from skloss import TorchRegressor, compare_losses
from tests.comparison.chunked.tables import LAST_CHUNKS, LINEAR, after_table, table


def test_a_linear_model_of_chunks_is_that_of_least_squares(chunks):
    plain = [chunk.drop(columns="town") for chunk in chunks]
    found = compare_losses(
        plain, "price", "mse", cv=LAST_CHUNKS,
        estimator=TorchRegressor(**LINEAR, max_iter=20),
    )  # fmt: skip
    train, test = pd.concat(plain[:3]), plain[3]
    X = np.column_stack([np.ones(len(train)), train[["a", "b"]]])
    weights, *_ = np.linalg.lstsq(X, train["price"])
    expected = np.column_stack([np.ones(len(test)), test[["a", "b"]]]) @ weights
    # Its own standard error is 0.05: noise of 1, three unknowns, 1,200 rows.
    np.testing.assert_allclose(found.predictions["y_pred"], expected, atol=0.05)


def test_every_loss_approaches_the_noise_of_the_table(compared):
    # Noise of standard deviation 1 has 1.419 nats a row, known to 2% from 1,600 rows.
    assert compared.table["rmse", "mean"].between(0.95, 1.12).all()
    assert compared.table["nll", "mean"].between(1.37, 1.55).all()
    assert compared.no_skill["rmse"] == pytest.approx(table()["price"].std(), rel=0.02)


def test_histories_have_a_row_for_each_pass(chunks):
    estimator = TorchRegressor(**LINEAR, max_iter=3)
    found = compare_losses(
        chunks, "price", "mse", cv=2, estimator=after_table(estimator)
    )
    history = found.histories
    assert history["epoch"].tolist() == [1, 2, 3, 1, 2, 3]
    assert (
        history.groupby("fold")["train"]
        .apply(lambda one: one.iloc[2] < one.iloc[0])
        .all()
    )


def test_a_stop_ends_the_passes_and_is_marked(chunks):
    calls = []

    def stop(progress):
        calls.append(progress)
        return progress.fraction > 0.2

    model = after_table(TorchRegressor(**LINEAR))
    how = {"estimator": model, "on_epoch": stop}
    found = compare_losses(chunks, "price", "mse", cv=2, **how)
    assert found.stopped == ("squared_error",)
    assert calls[-1].fraction < 0.5
    fractions = [call.fraction for call in calls]
    assert fractions == sorted(fractions)


def test_chunks_that_change_between_passes_are_refused(chunks):
    passes = iter([chunks, chunks[:2] + [chunk[:9] for chunk in chunks[2:]]])
    with pytest.raises(ValueError, match="Chunk 2 of X has 9 rows, but had 400 rows"):
        compare_losses(lambda: next(passes), "price", "mse", cv=2)


LIMITED = """
    import resource, sys
    import pandas as pd
    import pyarrow
    from skloss import TorchRegressor, compare_losses

    def used():
        lines = open("/proc/self/status").read().splitlines()
        return next(int(one.split()[1]) << 10 for one in lines if "VmData" in one)

    pyarrow.set_cpu_count(1)  # new threads would need memory for their stacks
    pyarrow.set_io_thread_count(1)
    path, small = sys.argv[1:]
    model = TorchRegressor(hidden_layer_sizes=(), max_iter=1, random_state=0)
    how = {"losses": "mse", "estimator": model, "cv": 2, "n_jobs": 1}
    compare_losses(small, "y", **how)  # what is allocated once is not counted
    resource.setrlimit(resource.RLIMIT_DATA, (used() + (80 << 20),) * 2)
    found = compare_losses(path, "y", **how)
    print(found.recipe.n_rows, len(found.X), (found.table["rmse", "mean"] < 1).all())
    try:
        table = pd.read_parquet(path).to_numpy()
        compare_losses(table[:, :-1], table[:, -1], **how)
    except Exception as error:  # MemoryError, or one of pyarrow or torch
        reasons = "lloc", "memory", "temporarily unavailable"
        print("too large" if any(r in str(error) for r in reasons) else repr(error))
"""


def test_a_table_beyond_the_limit_of_memory_is_compared(tmp_path):
    rng = np.random.default_rng(0)
    size, n_columns = 4_000, 300
    for folder, n_files in (("large", 10), ("small", 2)):
        (tmp_path / folder).mkdir()
        for number in range(n_files):
            X = rng.normal(size=(size, n_columns))
            frame = pd.DataFrame(X).add_prefix("x").assign(y=X[:, 0])
            frame.to_parquet(tmp_path / folder / f"{number}.parquet", compression=None)
    done = subprocess.run(
        [
            *(sys.executable, "-c", textwrap.dedent(LIMITED)),
            *(tmp_path / "large", tmp_path / "small"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # 40,000 x 300 numbers are 96 MB, more than the 80 MB that are allowed.
    assert done.stdout.splitlines() == ["40000 6644 True", "too large"], done.stderr
