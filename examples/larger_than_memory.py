"""Learn from a file that does not fit in memory, chunk by chunk.

    python examples/larger_than_memory.py [table.csv | table.parquet] [target]

Without a file, one is made up. Parquet needs pyarrow, as pandas itself does.
"""

# %% The file: all columns are numbers, and the rows are in no particular order.
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score

from skloss import TorchRegressor

ROWS_AT_A_TIME = 10_000


def made_up_file():
    """Write a CSV of 60,000 rows whose noise has outliers."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60_000, 5)), columns=list("abcde"))
    frame["y"] = np.sin(2 * frame["a"]) + frame["b"] * frame["c"]
    frame["y"] += 0.1 * rng.standard_t(2, size=len(frame))
    path = Path(tempfile.mkdtemp()) / "made_up.csv"
    frame.to_csv(path, index=False)
    return path


path = Path(sys.argv[1]) if len(sys.argv) > 1 else made_up_file()
target = sys.argv[2] if len(sys.argv) > 2 else "y"


# %% Only one chunk is ever in memory.
def chunks(path):
    """Frames of some rows each, in the order of the file."""
    if path.suffix == ".csv":
        yield from pd.read_csv(path, chunksize=ROWS_AT_A_TIME)
    else:
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME):
                yield batch.to_pandas()


# %% The first chunk is held out. Each other one is one call: an epoch of Adam over its
# rows, which goes on from the weights and moments of the last. The first call learns
# how columns and target are standardised, so its rows should be like the others.
model = TorchRegressor("huber", hidden_layer_sizes=(32,), random_state=0)
stream = chunks(path)
held_out = next(stream)
rows = 0
for chunk in stream:
    model.partial_fit(chunk.drop(columns=target), chunk[target])
    rows += len(chunk)

# %% More passes over the file would be more calls.
predicted = model.predict(held_out.drop(columns=target))
print(f"learned from {rows:,} rows")
print(f"R2 on {len(held_out):,} others: {r2_score(held_out[target], predicted):.3f}")
