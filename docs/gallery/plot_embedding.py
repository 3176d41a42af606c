"""
What does an embedding loss do to digits?
=========================================

Images of digits in two dimensions. Principal components keep the variance, and digits
overlap. A network trained with a triplet loss brings images of one digit together; the
plot shows images that were not used for training.
"""

import plotly.graph_objects as go
from plotly.subplots import make_subplots
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skloss import TorchEmbedder

X, y = load_digits(n_class=6, return_X_y=True)
X, X_test, y, y_test = train_test_split(X, y, random_state=0)
embedders = {
    "triplet loss": TorchEmbedder(
        "triplet", embedding_dim=2, max_iter=40, random_state=0
    ),
    "principal components": PCA(2),
}
figure = make_subplots(1, 2, subplot_titles=list(embedders))
colors = ["#2c64be", "#f85800", "#28a058", "#e858a8", "#4898d8", "#9c5400"]
for column, (name, embedder) in enumerate(embedders.items(), 1):
    places = embedder.fit(X, y).transform(X)
    neighbours = KNeighborsClassifier(5).fit(places, y)
    places = embedder.transform(X_test)
    print(f"{name}: accuracy of neighbours {neighbours.score(places, y_test):.2f}")
    for digit, color in enumerate(colors):
        x, z = places[y_test == digit].T
        trace = go.Scatter(
            x=x, y=z, mode="markers", marker_color=color, name=str(digit)
        )
        figure.add_trace(trace.update(showlegend=column == 1), row=1, col=column)
figure.update_layout(title="Held-out digits in two dimensions")
