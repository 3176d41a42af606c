"""Learn from a file that does not fit in memory, chunk by chunk.

    python examples/larger_than_memory.py [table.csv | table.parquet] [target]

Without a file, the script generates one. Parquet files require pyarrow.
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


def generated_file():
    """Write a CSV of 60,000 rows whose noise has outliers."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60_000, 5)), columns=list("abcde"))
    frame["y"] = np.sin(2 * frame["a"]) + frame["b"] * frame["c"]
    frame["y"] += 0.1 * rng.standard_t(2, size=len(frame))
    path = Path(tempfile.mkdtemp()) / "generated.csv"
    frame.to_csv(path, index=False)
    return path


path = Path(sys.argv[1]) if len(sys.argv) > 1 else generated_file()
target = sys.argv[2] if len(sys.argv) > 2 else "y"


# %% Only one chunk is in memory at a time.
def chunks(path):
    """Yield frames of at most `ROWS_AT_A_TIME` rows, in the order of the file."""
    if path.suffix == ".csv":
        yield from pd.read_csv(path, chunksize=ROWS_AT_A_TIME)
    else:
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path, pre_buffer=False) as file:
            for batch in file.iter_batches(ROWS_AT_A_TIME):
                yield batch.to_pandas()


# %% The first chunk is held out. Each other chunk is one call: one epoch of Adam over
# its rows, starting from the weights and moments of the previous call. The first call
# learns how columns and target are standardised, so its rows should resemble those of
# the other chunks.
model = TorchRegressor("huber", hidden_layer_sizes=(32,), random_state=0)
stream = chunks(path)
held_out = next(stream)
rows = 0
for chunk in stream:
    model.partial_fit(chunk.drop(columns=target), chunk[target])
    rows += len(chunk)

# %% Repeat the loop for further passes over the file.
predicted = model.predict(held_out.drop(columns=target))
print(f"learned from {rows:,} rows")
score = r2_score(held_out[target], predicted)
print(f"R2 on {len(held_out):,} held-out rows: {score:.3f}")
