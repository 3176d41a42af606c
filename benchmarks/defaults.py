"""Times of a comparison with the default number of members, and with one."""

import statistics
from functools import partial

from sklearn.pipeline import make_pipeline
from timing import seconds

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.datasets import list_samples, load_sample
from skloss.table import make_preprocessor

__all__ = ["print_defaults"]


def print_defaults(pairs):
    """Print a row for each sample: seconds that its default comparison takes.

    The call is the default one but for ``n_members``: in threads of this process.
    """
    print(
        "\n| default comparison of a sample | members | seconds | with one member "
        "| ratio |\n|---|---|---|---|---|"
    )
    for name in list_samples():
        sample = load_sample(name)
        X, y = sample.frame.drop(columns=sample.target), sample.frame[sample.target]
        kind = TorchClassifier if sample.task.has_classes else TorchRegressor
        one = make_pipeline(make_preprocessor(X), kind(n_members=1))
        default = partial(compare_losses, X, y)
        single = partial(compare_losses, X, y, estimator=one)
        members = default().histories["member"].max() + 1
        times = [(seconds(default), seconds(single)) for _ in range(pairs)]
        print(
            f"| {name} | {members} "
            f"| {statistics.median(long for long, _ in times):.2f} "
            f"| {statistics.median(short for _, short in times):.2f} "
            f"| {statistics.median(long / short for long, short in times):.2f} |",
            flush=True,
        )
