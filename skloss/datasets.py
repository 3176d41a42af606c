"""Built-in tables, each made or chosen so that the choice of loss matters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes

__all__ = ["Sample", "list_samples", "load_sample"]


@dataclass(frozen=True)
class Sample:
    """A table with its target and what to expect of it.

    Attributes
    ----------
    name : str
    frame : DataFrame
        Features and target.
    target : str
        Column to predict.
    task : str
    unit : str
        Of the target; empty for labels.
    title : str
    story : str
        Which loss should win, and why.
    """

    name: str
    frame: pd.DataFrame
    target: str
    task: str
    unit: str
    title: str
    story: str


def list_samples():
    """Return the names of the built-in tables.

    Examples
    --------
    >>> from skloss import datasets
    >>> datasets.list_samples()
    ['diabetes', 'breast_cancer', 'heavy_tailed', 'rare_class']
    """
    return list(_SAMPLES)


def load_sample(name):
    """Load a built-in table.

    Parameters
    ----------
    name : str
        Out of `list_samples`.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        If no table has that name.

    Examples
    --------
    >>> from skloss import datasets
    >>> sample = datasets.load_sample("diabetes")
    >>> sample.frame.shape, sample.target
    ((442, 11), 'progression')
    """
    if name not in _SAMPLES:
        raise ValueError(f"No sample is called {name!r}. Samples: {list_samples()}.")
    return _SAMPLES[name](name)


def _diabetes(name):
    frame = load_diabetes(as_frame=True, scaled=False).frame
    return Sample(
        name=name,
        frame=frame.rename(columns={"target": "progression"}),
        target="progression",
        task="regression",
        unit="points",
        title="Diabetes progression",
        story=(
            "442 patients, ten measurements, disease progression a year later. The "
            "residuals are close to Gaussian, so squared error should win RMSE and "
            "likelihood; the losses lie close together."
        ),
    )


def _breast_cancer(name):
    data = load_breast_cancer(as_frame=True)
    frame = data.data.assign(diagnosis=data.target_names[data.target])
    return Sample(
        name=name,
        frame=frame,
        target="diagnosis",
        task="binary",
        unit="",
        title="Breast cancer diagnosis",
        story=(
            "569 tumours, malignant or benign. The classes separate well, so "
            "cross-entropy should win log-loss and Brier score: focal flattens "
            "probabilities and buys nothing here."
        ),
    )


def _heavy_tailed(name):
    rng = np.random.default_rng(7)
    n = 900
    distance = rng.gamma(3.0, 1.8, n) + 0.5
    items = rng.integers(1, 9, n)
    weather = rng.choice(["dry", "rain", "snow"], n, p=[0.65, 0.28, 0.07])
    courier = rng.choice(["bicycle", "scooter", "car"], n, p=[0.4, 0.4, 0.2])
    day = pd.Timestamp("2025-01-06") + pd.to_timedelta(rng.integers(0, 300, n), "D")
    minutes = (
        14.0
        + 3.1 * distance
        + 0.9 * items
        + 6.0 * (weather == "rain")
        + 15.0 * (weather == "snow")
        - 4.0 * (courier == "scooter")
        + 0.35 * distance * (courier == "bicycle")
        + 5.0 * (day.day_of_week >= 5)
    )
    noise = rng.laplace(0.0, 2.5, n)
    lost = rng.random(n) < 0.06  # a wrong address: an hour or three gone
    noise = noise + lost * rng.pareto(1.6, n) * 30
    frame = pd.DataFrame(
        {
            "distance": np.round(distance, 2),
            "items": items,
            "weather": weather,
            "courier": courier,
            "ordered_on": day,
            "minutes": np.round(minutes + noise, 1),
        }
    )
    frame.loc[rng.random(n) < 0.04, "distance"] = np.nan
    frame.loc[rng.random(n) < 0.03, "weather"] = None
    return Sample(
        name=name,
        frame=frame,
        target="minutes",
        task="regression",
        unit="minutes",
        title="Delivery times with heavy tails",
        story=(
            "900 made-up deliveries: most arrive within minutes of the plan, a few get "
            "lost for hours. Squared error chases the lost ones; absolute error and "
            "Huber should win the typical miss (MAE), and Laplace noise the likelihood."
        ),
    )


def _rare_class(name):
    rng = np.random.default_rng(11)
    n = 2400
    amount = rng.lognormal(3.4, 0.9, n)
    hour = rng.integers(0, 24, n)
    age = rng.gamma(2.0, 500.0, n)
    channel = rng.choice(["web", "app", "phone", "shop"], n, p=[0.45, 0.35, 0.05, 0.15])
    country_known = rng.random(n) < 0.85
    score = (
        -6.2
        + 1.1 * (np.log(amount) - 3.4)
        + 1.6 * ((hour < 6) & (channel != "shop"))
        + 1.3 * (channel == "phone")
        + 1.5 * ~country_known
        - 0.0007 * age
        + 1.4 * (amount > 90) * ~country_known
    )
    fraud = rng.random(n) < 1 / (1 + np.exp(-1.3 * score - 3.7))
    frame = pd.DataFrame(
        {
            "amount": np.round(amount, 2),
            "hour": hour,
            "account_age": np.round(age),
            "channel": channel,
            "country_known": np.where(country_known, "yes", "no"),
            "outcome": np.where(fraud, "fraud", "fine"),
        }
    )
    return Sample(
        name=name,
        frame=frame,
        target="outcome",
        task="binary",
        unit="",
        title="Payments with a rare fraud",
        story=(
            "2,400 made-up payments, about one in twenty a fraud. Cross-entropy should "
            "win log-loss but call almost nothing fraud at 0.5; weighting the rare "
            "class, or moving the threshold, wins recall, G-mean and balanced accuracy."
        ),
    )


_SAMPLES: dict[str, Callable[[str], Sample]] = {
    "diabetes": _diabetes,
    "breast_cancer": _breast_cancer,
    "heavy_tailed": _heavy_tailed,
    "rare_class": _rare_class,
}
