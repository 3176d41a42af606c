"""Augmentation: noise, masked columns and views of a row, by seed alone."""

import numpy as np
import pytest
import torch

from skloss import get_loss
from skloss.training import Augmentation, FitSpec, Perceptron, TrainSettings, train
from skloss.training.rows import FitRows, ValidationRows


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_noise_has_the_given_standard_deviation():
    x = torch.zeros(400, 50)
    Augmentation(noise=0.3).change(x, generator())
    assert x.std().item() == pytest.approx(0.3, rel=0.02)
    assert abs(x.mean().item()) < 0.01


def test_masking_sets_the_given_share_to_zero():
    x = torch.ones(400, 50)
    Augmentation(masking=0.2).change(x, generator())
    assert (x == 0).double().mean().item() == pytest.approx(0.2, abs=0.01)
    assert (x == 1).double().mean().item() == pytest.approx(0.8, abs=0.01)


def test_views_of_a_row_are_next_to_each_other():
    rows = torch.tensor([3, 5])
    assert Augmentation(n_views=2).repeated(rows).tolist() == [3, 3, 5, 5]
    assert Augmentation().repeated(rows) is rows


def test_without_noise_and_masking_rows_stay_as_they_are():
    x = torch.ones(3, 2)
    Augmentation().change(x, generator())
    assert (x == 1).all() and Augmentation().is_identity
    assert not Augmentation(noise=0.1).is_identity
    assert not Augmentation(masking=0.1).is_identity


def spec(n=40, n_views=2, seed=1, loss="info_nce", held_out=8, **options):
    X = torch.as_tensor(np.random.default_rng(0).normal(size=(n, 3)))
    return FitSpec(
        X=X,
        y=torch.arange(n),
        weight=torch.ones(n, dtype=torch.float64),
        fit_rows=torch.arange(n - held_out),
        validation_rows=torch.arange(n - held_out, n),
        batch_size=8,
        alpha=0.0,
        loss=get_loss(loss),
        n_outputs=2,
        seed=seed,
        settings=TrainSettings(max_iter=3),
        architecture=Perceptron((8,)),
        groups=torch.arange(n),
        augmentation=Augmentation(0.1, 0.0, n_views),
        **options,
    )


def test_a_batch_holds_two_views_of_each_of_its_rows():
    rows = FitRows([spec()])
    y, weight = rows.shuffle()
    assert y.shape == weight.shape == (4, 1, 16)
    pairs = y.reshape(4, 8, 2)
    assert torch.equal(pairs[..., 0], pairs[..., 1])
    assert pairs[..., 0].unique().numel() == 32
    assert weight.sum((1, 2)).tolist() == pytest.approx([1.0] * 4)


def test_views_are_changed_each_in_its_own_way():
    model = spec()
    rows = FitRows([model])
    y, _ = rows.shuffle()
    x = rows.read(0, torch.empty(1, 16, 3, dtype=torch.float64))[0]
    change = x - model.X[y[0, 0]]
    assert change.std().item() == pytest.approx(0.1, rel=0.4)
    assert (change[::2] != change[1::2]).all()


def test_changes_depend_on_the_seed_and_not_on_the_place_in_a_stack():
    (alone,) = train([spec(seed=2)])
    together = train([spec(seed=1), spec(seed=2), spec(seed=2, loss="sup_con")])
    for one, two in zip(alone.layers, together[1].layers, strict=True):
        torch.testing.assert_close(one[0], two[0], rtol=1e-9, atol=1e-12)


def test_held_out_rows_are_changed_in_the_same_way_in_every_epoch():
    rows = ValidationRows([spec()])
    seen = []

    class Stack:
        flat, width = torch.zeros(1, 1, dtype=torch.float64), 3

        def predict(self, x, indices):
            seen.append(x)
            return x[None]

    for _ in range(2):
        rows.scores(Stack(), lambda raw, y: raw.sum(-1))
    assert torch.equal(seen[0], seen[1])
    assert (seen[0][::2] != seen[0][1::2]).all()


def test_a_loss_that_compares_rows_is_scored_by_blocks_of_a_batch():
    sizes = []

    class Stack:
        flat, width = torch.zeros(1, 1, dtype=torch.float64), 3

        def predict(self, x, indices):
            return x[None]

    def losses(raw, y):
        sizes.append(y.shape[1])
        return torch.ones(y.shape, dtype=torch.float64)

    (score,) = ValidationRows([spec(held_out=20)]).scores(Stack(), losses)
    assert score == pytest.approx(1.0)
    assert sizes == [20, 20]  # two blocks of ten rows, two views each
