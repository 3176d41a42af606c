"""Seven sample tables, each with the loss that should win on it and why."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine

from skloss.tasks import Task, as_task

__all__ = ["Sample", "list_samples", "load_sample"]


@dataclass(frozen=True, eq=False)
class Sample:
    """A table with its target.

    Parameters
    ----------
    frame : DataFrame
        The table, target included; a new copy for each call of `load_sample`.
    target : str
        Name of the column to predict.
    task : Task
        "regression", "binary" or "multiclass".
    unit : str
        Unit of the target, "" for classes.
    title : str
        What the table is, in a few words.
    story : str
        Which loss should win and why, in plain sentences.

    Examples
    --------
    >>> from skloss.datasets import load_sample
    >>> sample = load_sample("heavy_tailed")
    >>> sample.target, sample.unit, sample.title
    ('takings', 'euros', 'Bakery: daily takings of four branches')
    """

    frame: pd.DataFrame
    target: str
    task: Task
    unit: str
    title: str
    story: str


def list_samples() -> list[str]:
    """Return the names of the built-in samples.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skloss.datasets import list_samples
    >>> list_samples()[:4]
    ['diabetes', 'breast_cancer', 'heavy_tailed', 'deliveries']
    """
    return list(_SAMPLES)


def load_sample(name: str) -> Sample:
    """Return a built-in sample: the same rows at every call.

    Parameters
    ----------
    name : str
        One of `list_samples`.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        If there is no sample of that name.

    Examples
    --------
    >>> from skloss.datasets import load_sample
    >>> sample = load_sample("diabetes")
    >>> sample.frame.shape, sample.target, sample.task
    ((442, 11), 'progression', 'regression')
    """
    if name not in _SAMPLES:
        raise ValueError(
            f"There is no sample named {name!r}; there are {', '.join(_SAMPLES)}."
        )
    return _SAMPLES[name]()


def _diabetes() -> Sample:
    """Efron et al. (2004), Least Angle Regression; in the units of measurement."""
    names = {
        "bp": "blood_pressure",
        "s1": "cholesterol",
        "s2": "ldl",
        "s3": "hdl",
        "s4": "cholesterol_per_hdl",
        "s5": "log_triglycerides",
        "s6": "glucose",
        "target": "progression",
    }
    frame = load_diabetes(as_frame=True, scaled=False).frame.rename(columns=names)
    return Sample(
        frame=frame,
        target="progression",
        task=as_task("regression"),
        unit="points",
        title="Diabetes: disease progression after one year",
        story=(
            "Squared error (or the Gaussian likelihood) should win, narrowly: the part "
            "that ten measurements leave unexplained has no heavy tails, so the mean "
            "is the best prediction and there are no outliers to ignore. Robust losses "
            "do not improve on it."
        ),
    )


def _breast_cancer() -> Sample:
    """Street, Wolberg and Mangasarian (1993), Nuclear Feature Extraction."""
    bunch = load_breast_cancer(as_frame=True)
    frame = bunch.frame.drop(columns="target")
    frame["diagnosis"] = bunch.target.map(dict(enumerate(bunch.target_names)))
    return Sample(
        frame=frame,
        target="diagnosis",
        task=as_task("binary"),
        unit="",
        title="Breast cancer: malignant or benign",
        story=(
            "No loss should win clearly: both classes are common and easy to separate, "
            "so focal has few hard rows to concentrate on. Cross-entropy is the simple "
            "choice, and its probabilities need no correction."
        ),
    )


def _heavy_tailed() -> Sample:
    """Synthetic: linear, with Laplace noise that is eight times as wide on some days.

    A tenth of the days have the wide noise. Absolute error is the better loss for any
    seed; with this one, five folds show it.
    """
    rng = np.random.default_rng(8)
    n_rows = 500
    days = np.sort(rng.integers(0, 364, n_rows))
    branch = rng.choice(
        ["station", "market", "school", "suburb"], n_rows, p=[0.35, 0.3, 0.2, 0.15]
    )
    season = -9.0 * np.cos(2.0 * np.pi * (days - 20) / 365)
    temperature = (11.0 + season + rng.normal(0.0, 3.0, n_rows)).round(1)
    rain = np.where(rng.random(n_rows) < 0.6, 0.0, rng.exponential(4.0, n_rows)).round(
        1
    )
    staff = rng.integers(2, 6, n_rows)
    offer = rng.random(n_rows) < 0.2
    expected = _expected_takings(days, branch, temperature, rain, staff, offer)
    wild = rng.random(n_rows) < 0.1
    noise = rng.laplace(0.0, np.where(wild, 8 * 45.0, 45.0))
    rain_was_not_noted = rng.random(n_rows) < 0.03
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
            "branch": branch,
            "temperature": temperature,
            "rain": pd.Series(rain).mask(rain_was_not_noted),
            "staff": staff,
            "offer": np.where(offer, "yes", "no"),
            "takings": (expected + noise).round(),
        }
    )
    return Sample(
        frame=frame,
        target="takings",
        task=as_task("regression"),
        unit="euros",
        title="Bakery: daily takings of four branches",
        story=(
            "Losses that resist outliers, absolute error and Huber, should win on the "
            "typical error (MAE): most days go as expected, but a street party or a "
            "burst pipe moves a few of them far off, in either direction. Squared "
            "error lets those few days distort the whole fit, and Gaussian noise does "
            "not describe them."
        ),
    )


def _expected_takings(days, branch, temperature, rain, staff, offer) -> np.ndarray:
    """Return the linear part of the takings of a day, in euros."""
    of_branch = {"station": 260.0, "market": 150.0, "school": 60.0, "suburb": 0.0}
    return (
        920.0
        + pd.Series(branch).map(of_branch).to_numpy()
        + 6.0 * temperature
        - 11.0 * rain
        + 70.0 * staff
        + 110.0 * offer
        + 14.0 * (days % 7)
    )


def _deliveries() -> Sample:
    """Synthetic: log-normal delays in traffic that grow with the distance.

    A delay is exp(0.8 z) times its median with z from N(0, 1), so that its mean is
    1.38 times and its quantile at 0.9 is 2.79 times its median.
    """
    rng = np.random.default_rng(45)
    n_rows = 500
    distance = rng.gamma(3.0, 1.6, n_rows).clip(0.3, 14.0).round(1)
    vehicle = rng.choice(["bicycle", "van"], n_rows, p=[0.6, 0.4])
    hour = rng.integers(11, 22, n_rows)
    parcels = rng.integers(1, 7, n_rows)
    rain = rng.random(n_rows) < 0.25
    van = vehicle == "van"
    ride = 9.0 + np.where(van, 1.2, 1.6) * distance + 1.2 * parcels + 3.0 * van
    busy = np.where((hour >= 17) & (hour <= 19), 1.4, 1.0) * np.where(rain, 1.2, 1.0)
    delay = (1.0 + 1.2 * distance) * busy * rng.lognormal(0.0, 0.8, n_rows)
    frame = pd.DataFrame(
        {
            "distance": distance,
            "vehicle": vehicle,
            "hour": hour,
            "parcels": parcels,
            "rain": np.where(rain, "yes", "no"),
            "time": (ride + delay).round(1),
        }
    )
    return Sample(
        frame=frame,
        target="time",
        task=as_task("regression"),
        unit="minutes",
        title="Deliveries: minutes from the shop to the door",
        story=(
            "Which loss should win depends on the question: some deliveries are very "
            "late and none is very early, so that the mean is above the median, and "
            "the gap grows with the distance. Squared error predicts the mean, "
            "absolute error the median, and quantile at 0.9 a time within which nine "
            "of ten deliveries arrive."
        ),
    )


def _rare_class() -> Sample:
    """Synthetic: a logistic model of machines of which about one in twenty fails."""
    rng = np.random.default_rng(1950)
    n_rows = 2_000
    age = rng.gamma(2.0, 3.0, n_rows).round(1)
    temperature = rng.normal(62.0, 6.0, n_rows).round(1)
    vibration = rng.lognormal(0.4, 0.5, n_rows).round(2)
    load = rng.uniform(30.0, 100.0, n_rows).round()
    site = rng.choice(["north", "harbour", "mill"], n_rows, p=[0.5, 0.3, 0.2])
    since_service = rng.integers(0, 180, n_rows)
    of_site = {"north": 0.0, "harbour": 0.9, "mill": -0.5}
    logit = (
        -11.7
        + 0.18 * age
        + 0.09 * (temperature - 62.0)
        + 1.7 * vibration
        + 0.025 * load
        + 0.011 * since_service
        + pd.Series(site).map(of_site).to_numpy()
    )
    fails = rng.random(n_rows) < 1.0 / (1.0 + np.exp(-logit))
    sensor_was_off = rng.random(n_rows) < 0.02
    frame = pd.DataFrame(
        {
            "age": age,
            "temperature": pd.Series(temperature).mask(sensor_was_off),
            "vibration": vibration,
            "load": load,
            "site": site,
            "days_since_service": since_service,
            "fails": np.where(fails, "yes", "no"),
        }
    )
    return Sample(
        frame=frame,
        target="fails",
        task=as_task("binary"),
        unit="",
        title="Machines: one in twenty fails within a week",
        story=(
            "No loss should win: at a threshold of 0.5 most of the rare class is "
            "missed, and focal hardly changes that. Its scores are flatter, but the "
            "probabilities that follow from them are as accurate as those of "
            "cross-entropy. Move the threshold instead."
        ),
    )


def _wine() -> Sample:
    """Forina et al. (1991), PARVUS; names and units as in scikit-learn."""
    bunch = load_wine(as_frame=True)
    frame = bunch.frame.drop(columns="target")
    frame["cultivar"] = bunch.target.map({0: "first", 1: "second", 2: "third"})
    return Sample(
        frame=frame,
        target="cultivar",
        task=as_task("multiclass"),
        unit="",
        title="Wine: three cultivars by chemical analysis",
        story=(
            "No loss should win clearly: 13 measurements separate the cultivars almost "
            "without error. It is a small table on which an embedding shows at a "
            "glance which wines are alike."
        ),
    )


def _digits() -> Sample:
    """Kaynak (1995); the pixels of 8 x 8 that are not white in every picture."""
    bunch = load_digits(as_frame=True)
    frame = bunch.frame.drop(columns="target")
    frame = frame.loc[:, frame.nunique() > 1]
    words = "zero one two three four five six seven eight nine".split()
    frame["digit"] = bunch.target.map(dict(enumerate(words)))
    return Sample(
        frame=frame,
        target="digit",
        task=as_task("multiclass"),
        unit="",
        title="Digits: handwriting of 8 x 8 pixels",
        story=(
            "No loss should win clearly: most digits are recognised by any of them. An "
            "embedding places the ten digits in groups of their own, and its nearest "
            "rows show which ones are mistaken for each other."
        ),
    )


_SAMPLES: dict[str, Callable[[], Sample]] = {
    "diabetes": _diabetes,
    "breast_cancer": _breast_cancer,
    "heavy_tailed": _heavy_tailed,
    "deliveries": _deliveries,
    "rare_class": _rare_class,
    "wine": _wine,
    "digits": _digits,
}
