"""Print how long a comparison takes on the CPU, relative to a GPU: ``make bench-gpu``.

Both sides train the same eight losses in five folds, with one member; the CPU uses all
of its cores. The whole call is measured: what is encoded and scored on the CPU, too.
"""

import argparse
import warnings

import torch
from sklearn.exceptions import ConvergenceWarning
from timing import paired
from workloads import LOSSES, diabetes, folds, plain, table

from skloss import compare_losses

TABLES = {
    "442 x 10": (diabetes, 32),
    "10,000 x 20": (table, 256),
    "300,000 x 20": (lambda: table(300_000), 2048),
}


def main():
    """Measure each table, and print its row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", help="that is compared to the CPU")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--tables", nargs="*", choices=TABLES, default=list(TABLES))
    options = parser.parse_args()
    device = torch.device(options.device)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise SystemExit("torch finds no GPU here, so that nothing was measured.")
        print(torch.cuda.get_device_name(device))
    print(f"torch {torch.__version__}, {torch.get_num_threads()} cores of the CPU\n")
    print("| 8 losses x 5 folds | times as fast on the device | RMSE, CPU | device |")
    print("|---|---|---|---|", flush=True)
    for name in options.tables:
        measure(name, device, options)


def measure(name, device, options):
    """Print the row of a table."""
    read, batch = TABLES[name]
    X, y = read()
    found = {}

    def on(device):
        def compare():
            estimator = plain(options.epochs, batch, device=device)
            found[device] = compare_losses(
                *(X, y, list(LOSSES)), estimator=estimator, cv=folds(X)
            )

        return compare

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ratio = paired(on(device), on("cpu"), options.pairs)
    errors = [
        found[side].table.loc["squared_error", ("rmse", "mean")]
        for side in ("cpu", device)
    ]
    print(f"| {name} | {ratio:.2f} | {errors[0]:.4f} | {errors[1]:.4f} |", flush=True)


if __name__ == "__main__":
    main()
