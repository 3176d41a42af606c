"""What a loss learned from its rows is there in whatever form it is asked for."""

import pickle

import numpy as np
import torch

from skloss import get_loss


def test_learned_values_serve_any_precision_and_pickles_hold_numbers_only():
    bound = get_loss("huber").bind(np.arange(9.0))
    for dtype in (torch.float32, torch.float64):
        value = bound.pointwise(torch.zeros(3, 1, dtype=dtype), torch.ones(3))
        assert value.dtype == dtype
    assert b"torch" not in pickle.dumps(bound)


def test_learned_values_serve_gradients_after_inference():
    bound = get_loss("huber").bind(np.arange(9.0))
    with torch.inference_mode():
        wanted = bound(torch.zeros(3, 1), torch.ones(3))
    raw = torch.zeros(3, 1, requires_grad=True)
    value = bound(raw, torch.ones(3))
    value.backward()
    assert value.item() == wanted.item()
    assert raw.grad.abs().min() > 0
