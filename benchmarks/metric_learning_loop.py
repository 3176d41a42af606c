"""A training loop over pytorch-metric-learning, as its examples write it."""

import itertools

import torch
from sklearn.preprocessing import FunctionTransformer

from skloss import get_loss

DIMENSIONS = 16  # of every embedding, ours included


def loop_losses():
    """The losses of pytorch-metric-learning that are defined as ours, by our name."""
    from pytorch_metric_learning import distances, losses, reducers

    mean = {"reducer": reducers.MeanReducer()}
    plain = distances.LpDistance(normalize_embeddings=False)
    squared = distances.LpDistance(normalize_embeddings=False, power=2)
    return {
        "triplet": losses.TripletMarginLoss(margin=1.0, distance=plain, **mean),
        "contrastive": losses.ContrastiveLoss(0.0, 1.0, distance=squared, **mean),
        "info_nce": losses.NTXentLoss(temperature=get_loss("info_nce").temperature),
        "sup_con": losses.SupConLoss(temperature=get_loss("sup_con").temperature),
        "multi_similarity": losses.MultiSimilarityLoss(),
    }


def loop(loss, X, y, n_epochs, batch_size, seed=0):
    """Train as its examples do: a sampler of 4 rows a class, Adam, all epochs."""
    from pytorch_metric_learning.samplers import MPerClassSampler

    torch.manual_seed(seed)
    X, y = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y)
    sampler = MPerClassSampler(y, 4, length_before_new_iter=len(y))
    rows = torch.utils.data.TensorDataset(X, y)
    batches = torch.utils.data.DataLoader(rows, batch_size, sampler=sampler)
    layers = (X.shape[1], 64, 64)
    network = torch.nn.Sequential(
        *(
            part
            for a, b in itertools.pairwise(layers)
            for part in (torch.nn.Linear(a, b), torch.nn.ReLU())
        ),
        torch.nn.Linear(64, DIMENSIONS),
    )
    adam = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(n_epochs):
        for x, labels in batches:
            adam.zero_grad()
            loss(network(x), labels).backward()
            adam.step()
    return FunctionTransformer(lambda Z: placed_by(network, Z, loss))


def placed_by(network, X, loss):
    """Place rows, of length one where the loss compares angles."""
    with torch.no_grad():
        found = network(torch.as_tensor(X, dtype=torch.float32))
    if getattr(loss.distance, "normalize_embeddings", True):
        found = torch.nn.functional.normalize(found)
    return found.numpy()
