"""What Adam minimises, from where it starts, and in which order it sees the rows."""

import itertools

import numpy as np
import pytest
import torch

from skloss.encoding import EncodedRows, Encoding
from skloss.networks import initial_layers
from skloss.training import train
from skloss.training.rows import FitRows
from skloss.training.run import train_without_warnings
from tests.training.models import model, outputs, table


def test_full_batches_are_steps_of_adam_on_the_objective():
    X, y = table(60)
    weight = torch.linspace(0.5, 6.0, 60, dtype=X.dtype)
    settings = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 5}
    settings |= {"learning_rate": 0.1, "clip_grad_norm": None}
    start = torch.tensor([3.0], dtype=X.dtype)
    rows = torch.arange(12, 60)
    fields = {"fit_rows": rows, "validation_rows": None, "batch_size": 48}
    fields |= {"weight": weight, "alpha": 1.0, "head_bias": start}
    (fit,) = train([model(X, y, seed=7, settings=settings, **fields)])

    X, y, weight = X[rows], y[rows], weight[rows]
    generator = torch.Generator().manual_seed(7)
    (w, a), (v, _) = initial_layers((5, 4, 1), generator, X.dtype)
    w, a, v, b = (leaf.clone().requires_grad_() for leaf in (w, a, v, start))
    adam = torch.optim.Adam([w, a, v, b], lr=0.1)
    losses = []
    for _ in range(5):
        adam.zero_grad()
        error = (torch.tanh(X @ w + a) @ v + b)[:, 0] - y
        loss = (weight * error.square()).sum() / weight.sum()
        penalty = 1.0 / 2 * (w.square().sum() + v.square().sum())
        (loss + penalty).backward()
        losses.append(loss.item())
        adam.step()
    assert [row["train"] for row in fit.history] == pytest.approx(losses)
    assert np.argmin(losses) == 4  # the weights kept are the last
    found = [part for layer in fit.layers for part in layer]
    torch.testing.assert_close(found, [leaf.detach() for leaf in (w, a, v, b)])


def test_the_loss_of_an_epoch_is_the_weighted_mean_over_its_rows():
    X, y = table()
    weight = torch.exp(X[:, 0])
    still = {"learning_rate": 1e-12, "max_iter": 1}
    (fit,) = train([model(X, y, weight=weight, batch_size=48, settings=still)])
    rows = torch.arange(60, 300)  # five batches
    error = (outputs(fit, X)[rows, 0] - y[rows]).square()
    (record,) = fit.history
    assert record["train"] == pytest.approx(np.average(error, weights=weight[rows]))


def test_the_last_intercepts_start_where_they_are_told():
    X, y = table()
    starts = {"squared_error": [3.0], "gaussian_nll": [2.0, -1.0]}
    models = [
        model(X, y, loss, head_bias=torch.tensor(start, dtype=X.dtype))
        for loss, start in starts.items()
    ]
    fits = train_without_warnings(models, stopped=True)
    assert [fit.layers[-1][1].tolist() for fit in fits] == list(starts.values())


def test_epochs_see_distinct_rows_each_in_an_order_of_its_own():
    X, _ = table(100)
    y = torch.arange(100, dtype=X.dtype)
    alone = {"fit_rows": torch.arange(100), "validation_rows": None}
    rows = FitRows([model(X, y, **alone)])
    epochs = [rows.shuffle()[0].flatten() for _ in range(3)]
    assert [len(epoch.unique()) for epoch in epochs] == [96] * 3  # batches of 32
    for one, other in itertools.pairwise([y[:96], *epochs]):
        assert (one != other).float().mean() > 0.9


@pytest.mark.parametrize("kind", ["tensor", "lazy"])
def test_members_see_rows_of_their_own_with_their_targets_and_weights(kind):
    values = table(100)[0].numpy()
    encoding = Encoding(values, np.ones(100), piecewise_linear=False)
    lazy = EncodedRows(values, encoding, torch.float64, torch.device("cpu"))
    whole = lazy.tensor()
    X, y, weight = {"tensor": whole, "lazy": lazy}[kind], whole[:, 0], whole[:, 1].exp()
    every = {"fit_rows": torch.arange(100), "validation_rows": None, "weight": weight}
    rows = FitRows([model(X, y, seed=seed, **every) for seed in range(2)])
    seen, weighed = rows.shuffle()
    x = rows.read(1, torch.empty(2, 32, 5, dtype=X.dtype))  # the second batch
    torch.testing.assert_close(x[..., 0], seen[1])
    torch.testing.assert_close(x[..., 1].exp(), weighed[1] * 32 * weight.mean())
    assert (x[0] != x[1]).any(1).float().mean() > 0.9
