"""Parameters of networks that train in a moment."""

SMALL = {"hidden_layer_sizes": (16,), "max_iter": 30, "n_members": 1, "random_state": 0}
