"""compare_losses on tables in chunks: what is learned, held out and kept in memory."""

import subprocess
import sys
import textwrap

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.comparison.chunked import sample
from skloss.table import make_preprocessor

LINEAR = {"hidden_layer_sizes": (), "learning_rate": 0.05, "batch_size": 100}
LINEAR |= {"random_state": 0}
LAST_CHUNKS = [(range(3), [3])]


def table(n_rows=1600, seed=0):
    """A linear signal with a category, and Gaussian noise of standard deviation 1."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_rows, 2)), columns=["a", "b"])
    frame["town"] = np.array(["Ulm", "Bonn", "Kiel"], dtype=object)[
        rng.integers(0, 3, n_rows)
    ]
    frame["price"] = 3 * frame["a"] - frame["b"] + 2 * (frame["town"] == "Ulm")
    frame["price"] += rng.normal(size=n_rows) + 5
    return frame


def after_table(estimator):
    X = table(300).drop(columns="price")
    return make_pipeline(make_preprocessor(X), estimator)


SMALL = {
    "losses": ["squared_error", "gaussian_nll"],
    "estimator": after_table(TorchRegressor(**LINEAR, max_iter=6)),
    "cv": 2,
}


@pytest.fixture(scope="module")
def chunks():
    frame = table()
    parts = np.split(np.arange(len(frame)), 4)
    return [frame.iloc[part].reset_index(drop=True) for part in parts]


@pytest.fixture(scope="module")
def compared(chunks):
    return compare_losses(chunks, "price", **SMALL)


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


def test_held_out_chunks_are_never_learned_from(chunks):
    model = after_table(TorchRegressor(max_iter=2, random_state=0))
    args = ["squared_error"], {"cv": LAST_CHUNKS, "estimator": model}
    shifted = [
        chunk.assign(price=chunk["price"] + 1000 * (number > 2))
        for number, chunk in enumerate(chunks)
    ]
    before = compare_losses(chunks, "price", args[0], **args[1]).predictions
    after = compare_losses(shifted, "price", args[0], **args[1]).predictions
    np.testing.assert_array_equal(after["y_pred"], before["y_pred"])
    np.testing.assert_allclose(after["y_true"] - before["y_true"], 1000)


def test_every_loss_approaches_the_noise_of_the_table(compared):
    # Noise of standard deviation 1 has 1.419 nats a row, known to 2% from 1,600 rows.
    assert compared.table["rmse", "mean"].between(0.95, 1.12).all()
    assert compared.table["nll", "mean"].between(1.37, 1.55).all()
    assert compared.no_skill["rmse"] == pytest.approx(table()["price"].std(), rel=0.02)


def test_each_row_is_scored_once_by_models_of_other_chunks(compared, chunks):
    rows = compared.predictions.query("loss == 'squared_error'")
    assert sorted(rows["row"]) == list(range(1600))
    for train, test in compared.splits:
        assert not set(train // 400) & set(test // 400)
        assert len(test) == 800
    assert compared.target == "price"
    assert compared.recipe.n_rows == 1600


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


@pytest.mark.parametrize("source", ["function", "folder", "dask", "tuple"])
def test_all_sources_of_the_same_chunks_give_the_same_numbers(
    source, chunks, compared, tmp_path
):
    for number, chunk in enumerate(chunks):
        chunk.to_parquet(tmp_path / f"part-{number}.parquet")
    sources = {
        "function": lambda: iter(chunks),
        "folder": tmp_path,
        "dask": dd.read_parquet(tmp_path),
        "tuple": tuple(chunks),
    }
    again = compare_losses(sources[source], "price", **SMALL)
    pd.testing.assert_frame_equal(again.folds, compared.folds)


def test_a_parquet_file_is_read_in_batches_of_equal_length(tmp_path):
    path = tmp_path / "one.parquet"
    table(10_001).drop(columns="town").to_parquet(path)
    model = TorchRegressor(**LINEAR, max_iter=1)
    found = compare_losses(path, "price", "mse", cv=[([0], [1])], estimator=model)
    assert len(found.predictions) == 5000
    assert found.recipe.n_rows == 10_001


def test_the_rows_in_memory_are_a_random_sample(chunks, monkeypatch):
    monkeypatch.setattr(sample, "_ROWS", 800)
    drawn = sample.draw_sample(chunks, "price", 4, 0)
    assert len(drawn.X) == len(drawn.y) == 800
    assert drawn.n_rows == 1600
    chunk = pd.concat(chunks).reset_index().merge(drawn.X, on=["a", "b"])
    assert len(chunk) == 800
    # 200 rows of each chunk are expected, with a standard deviation of 9.
    sizes = [len(test) for _, test in drawn.splits]
    assert min(sizes) > 150 and sum(sizes) == 800


def test_a_column_of_weights_is_no_input_and_leaves_rows_out(chunks):
    rng = np.random.default_rng(1)
    weighted = [
        chunk.assign(price=np.where(w, chunk["price"], 1e4), w=w.astype(float))
        for chunk in chunks
        for w in [rng.random(len(chunk)) < 0.7]
    ]
    how = {"cv": 2, "estimator": after_table(TorchRegressor(**LINEAR, max_iter=6))}
    found = compare_losses(weighted, "price", "mse", sample_weight="w", **how)
    assert "w" not in found.X.columns
    assert found.table["rmse", "mean"].item() < 1.3


def test_classes_are_compared_in_chunks(chunks):
    labelled = [
        chunk.assign(dear=np.where(chunk["price"] > 6, "yes", "no")).drop(
            columns="price"
        )
        for chunk in chunks
    ]
    found = compare_losses(
        labelled, "dear", ["cross_entropy", "focal"], cv=2,
        estimator=after_table(TorchClassifier(**LINEAR, max_iter=8)),
    )  # fmt: skip
    assert found.classes == ["no", "yes"]
    # The signal has 3.3 times the standard deviation of the noise.
    assert (found.table["roc_auc", "mean"] > 0.93).all()


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


def test_the_script_of_chunks_names_what_to_fill_in(compared):
    script = compared.script()
    compile(script, "script.py", "exec")
    assert script.startswith("X, y = ...")
    assert "cv=2" in script


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"y": "cost"}, "does not have the column 'cost'"),
        ({"y": None}, "y must be the name of one of their columns"),
        ({"cv": 9}, "between 2 and as many folds as chunks"),
        ({"cv": [([0], [8])]}, "has 4 chunks"),
        ({"groups": [1]}, "put the rows of a group into one chunk"),
        ({"losses": ["mse", {"other": object()}]}, "must be an estimator"),
        (
            {"task": "embedding", "losses": "triplet"},
            "does not support the task embedding",
        ),
        ({"sample_weight": [1.0]}, "sample_weight must be the name"),
    ],
)
def test_what_chunks_do_not_support_is_refused_in_a_sentence(
    arguments, sentence, chunks
):
    call = {"X": lambda: chunks, "y": "price", "losses": "mse", "cv": 2} | arguments
    with pytest.raises((ValueError, TypeError), match=sentence):
        compare_losses(**call)


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (iter([1]), "can be read only once"),
        (pd.DataFrame({"price": [1.0]}), "is a table in memory"),
        ([np.zeros((3, 2))], "each chunk must be a DataFrame"),
        (lambda: [], "X has no rows"),
        (__file__, "is not a Parquet file"),
    ],
)
def test_sources_that_are_no_chunks_are_refused_in_a_sentence(X, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        compare_losses(X, "price", "mse")


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
