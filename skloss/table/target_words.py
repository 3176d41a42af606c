"""Words in names of columns that tell targets from features, in several languages."""

import re
from typing import Any

__all__ = [
    "EITHER",
    "FEATURES",
    "ROLES",
    "SUBJECTS",
    "derives_from_other",
    "subject_of",
    "words_of",
]

#: Names that state the role of a column, the most usual ones first.
ROLES = (
    "target label labels class y outcome response output result depvar ziel "
    "zielvariable klasse ergebnis cible objetivo clase resultado alvo"
).split()
#: Names of what people usually predict.
SUBJECTS = set(
    """price prices sales sale revenue revenues turnover profit profits demand
    consumption yield yields quality score scores grade grades diagnosis disease churn
    churned default defaulted fraud fraudulent spam survived survival alive died dead
    death deaths mortality attrition exited approve approved approval accept accepted
    admit admitted admission denied deny rejected converted conversion purchase
    purchased purchases bought buy click clicked clicks subscribed subscription hired
    readmitted readmission stroke relapse recurrence cured healed recovered recovery
    improved improvement infected infection malignant malignancy cancer tumor tumour
    canceled cancelled cancellation claim claims delay delays delayed cnt visit visits
    los case cases incidence prevalence event failed failure failures success won win
    wins winner vote votes voted choice arrest arrested arrests recidivism bankrupt
    bankruptcy insolvent employed participation crime crimes murder murders homicide
    accident accidents injuries casualties earnings salary wage wages pay rent rents
    rental rentals spend spending expenditure expenditures emission emissions pollution
    ozone mileage mpg gpa strength hardness viscosity biomass abundance diversity
    richness presence satisfaction happiness fertility births birthweight bwt bwght loss
    losses error errors defect defects breaks growth lifetime reaction
    preis preise umsatz absatz gewinn nachfrage ertrag qualität note bewertung ausfall
    kündigung betrug überlebt gestorben sterblichkeit gehalt lohn einkommen miete
    verbrauch schaden kosten
    prix ventes bénéfice demande rendement qualité salaire loyer décès mortalité
    precio precios ventas beneficio demanda rendimiento calidad nota salario alquiler
    muertes mortalidad
    preço vendas lucro qualidade salário aluguel
    prezzo prezzi vendite stipendio affitto qualità""".split()
)
#: As often a feature as a target.
EITHER = set(
    """amount charge charges cost costs count counts income incomes rating ratings rate
    rates risk status value values revenu ingreso ingresos renda reddito""".split()
)
#: What describes rows, and how they were sampled or treated.
FEATURES = set(
    """age ages sex gender race ethnicity ethnic black white hispanic hispan asian
    minority nonwhite female male married marital divorced widowed single child
    children kids educ education edlevel school schooling degree native language
    religion religious relig catholic experience exper tenure occupation
    industry sector union population pop popul enroll enrollment region state
    city county country province district urban rural north south east west
    midwest location proximity neighborhood neighbourhood zone site block plot
    batch plate sample id code subject person patient student teacher staff
    hospital provider firm company product brand variety type category group grp
    treatment treated trt treat feed dose stratum strata cluster replicate rep n
    size weight height number index level temperature temp wind rain humidity
    season unem unemp unemployment inflation cpi gdp mother father parent
    parents motheduc fatheduc meduc feduc mage fage smoker rooms bedrooms sqft
    area
    alter geschlecht bundesland kreis stadt land größe gewicht baujahr fläche zimmer
    sexe année ville pays région taille poids edad sexo año ciudad país tamaño peso
    idade cidade età sesso città paese""".split()
)
_KNOWN = SUBJECTS | EITHER | FEATURES
# Beginnings of a word that leave its meaning: logarithms and numbers.
_BEGINNINGS = ("log", "ln", "l", "num", "n", "no")
# Shorter words begin or end too many others.
_STEMS = sorted(
    (word for word in SUBJECTS if len(word) >= 4 or word in ("gpa", "bwt", "mpg")),
    key=len,
    reverse=True,
)
# What may follow a stem without changing its meaning, such as the A of voteA.
_ENDING_AT_MOST = 2
_WORD = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+")
# A name is that of another column with one of these: a logarithm, a change, a lag, a
# square or an estimate of it.
_BEFORE = ("l", "ln", "log", "c", "d", "g", "r", "lag", "diff", "sqrt", "est", "pred")
_AFTER = ("sq", "squared", "2", "_1", "_2", "_3", "lag", "log")


def words_of(name: Any) -> list[str]:
    """Return the words of a name in lower case, those with a known stem as the stem.

    Parameters
    ----------
    name : object

    Returns
    -------
    list of str

    Examples
    --------
    >>> words_of("unitPrice"), words_of("Gebäude_Fläche"), words_of("logwage")
    (['unit', 'price'], ['gebäude', 'fläche'], ['wage'])
    """
    return [_meaning(word.lower()) for word in _WORD.findall(str(name))]


def _meaning(word: str) -> str:
    if word in _KNOWN:
        return word
    rests = [word[len(b) :] for b in _BEGINNINGS if word.startswith(b)]
    found = [rest for rest in rests if rest in _KNOWN]
    found += [stem for stem in _STEMS if word.endswith(stem)]
    found += [
        stem
        for stem in _STEMS
        if word.startswith(stem) and len(word) - len(stem) <= _ENDING_AT_MOST
    ]
    return found[0] if found else word


def subject_of(words: list[str]) -> str:
    """Return the word that is often predicted, of several the last one, or ``""``.

    Parameters
    ----------
    words : list of str
        As `words_of` returns them.

    Returns
    -------
    str

    Examples
    --------
    >>> subject_of(["house", "price", "status"]), subject_of(["age"])
    ('price', '')
    """
    for known in (SUBJECTS, EITHER):
        found = [word for word in words if word in known]
        if found:
            return found[-1]
    return ""


def derives_from_other(name: Any, names: list[Any]) -> bool:
    """Return whether a name is that of another column with a known beginning or end.

    Parameters
    ----------
    name : object
    names : list
        Names of all columns.

    Returns
    -------
    bool

    Examples
    --------
    >>> [derives_from_other(name, ["wage", "lwage"]) for name in ("wage", "lwage")]
    [False, True]
    """
    low = str(name).lower()
    others = {str(other).lower() for other in names if other != name}
    return any(
        low.startswith(part) and low[len(part) :].lstrip("_. ") in others
        for part in _BEFORE
    ) or any(
        low.endswith(part) and low[: -len(part)].rstrip("_. ") in others
        for part in _AFTER
    )
