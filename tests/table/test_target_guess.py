"""The guess at the target, on the headers of public tables and on small cases."""

import numpy as np
import pandas as pd
import pytest

from skloss.table import propose_target
from skloss.table.target_guess import guess_target

N = 120
# Columns of public tables and their targets. A letter after a colon is the kind of the
# values: numbers (the default), two values (b), some categories (c), an identifier (i),
# names (t), a date (d).
TABLES = {
    "Survived": "PassengerId:i Survived:b Pclass Name:t Sex:b Age SibSp Parch Ticket:t "
    "Fare Cabin:t Embarked:c",
    "SalePrice": "Id:i MSSubClass MSZoning:c LotFrontage LotArea Street:b OverallQual "
    "OverallCond YearBuilt GrLivArea YrSold SaleType:c SaleCondition:c SalePrice",
    "median_house_value": "longitude latitude housing_median_age total_rooms "
    "total_bedrooms population households median_income median_house_value "
    "ocean_proximity:c",
    "Churn": "customerID:i gender:b SeniorCitizen:b Partner:b Dependents:b tenure "
    "PhoneService:b InternetService:c Contract:c PaymentMethod:c MonthlyCharges "
    "TotalCharges Churn:b",
    "target": "age sex:b cp trestbps chol fbs:b restecg thalach exang:b oldpeak slope "
    "ca thal target:b",
    "Outcome": "Pregnancies Glucose BloodPressure SkinThickness Insulin BMI "
    "DiabetesPedigreeFunction Age Outcome:b",
    "diagnosis": "id:i diagnosis:b radius_mean texture_mean perimeter_mean area_mean "
    "smoothness_mean radius_worst texture_worst fractal_dimension_worst",
    "quality": "fixed_acidity volatile_acidity citric_acid residual_sugar chlorides "
    "density pH sulphates alcohol quality",
    "income": "age workclass:c fnlwgt education:c education.num marital.status:c "
    "occupation:c race:c sex:b capital.gain capital.loss hours.per.week "
    "native.country:c income:b",
    "cnt": "instant:i dteday:d season yr:b mnth hr holiday:b weekday workingday:b "
    "weathersit temp atemp hum windspeed casual registered cnt",
    "mpg": "mpg cylinders displacement horsepower weight acceleration model_year "
    "origin:c car_name:t",
    "price": "carat cut:c color:c clarity:c depth table price x y z",
    "charges": "age sex:b bmi children smoker:b region:c charges",
    "default.payment.next.month": "ID:i LIMIT_BAL SEX:b EDUCATION MARRIAGE AGE PAY_0 "
    "PAY_2 BILL_AMT1 BILL_AMT2 PAY_AMT1 PAY_AMT2 default.payment.next.month:b",
    "class": "class:b cap-shape:c cap-surface:c cap-color:c bruises:b odor:c "
    "gill-size:b habitat:c",
    "strength": "cement slag flyash water superplasticizer coarseagg fineagg age "
    "strength",
    "Attrition": "Age Attrition:b BusinessTravel:c DailyRate Department:c "
    "DistanceFromHome Education Gender:b HourlyRate JobRole:c MonthlyIncome "
    "PercentSalaryHike TotalWorkingYears YearsAtCompany YearsWithCurrManager",
    "arr_delay": "year month day dep_time sched_dep_time dep_delay arr_time "
    "sched_arr_time arr_delay carrier:c flight tailnum:t origin:c dest:c air_time "
    "distance hour minute time_hour:d",
    "species": "species:c island:c bill_length_mm bill_depth_mm flipper_length_mm "
    "body_mass_g sex:b",
    "tip": "total_bill tip sex:b smoker:b day:c time:b size",
    "area": "X Y month:c day:c FFMC DMC DC ISI temp RH wind rain area",
    "Rings": "Sex:c Length Diameter Height Whole_weight Shucked_weight Viscera_weight "
    "Shell_weight Rings",
    "stroke": "id:i gender:b age hypertension:b heart_disease:b ever_married:b "
    "work_type:c Residence_type:b avg_glucose_level bmi smoking_status:c stroke:b",
    "Y1": "X1 X2 X3 X4 X5 X6 X7 X8 Y1 Y2",
    "Loan_Status": "Loan_ID:i Gender:b Married:b Dependents:c Education:b "
    "ApplicantIncome CoapplicantIncome LoanAmount Loan_Amount_Term Credit_History:b "
    "Property_Area:c Loan_Status:b",
}
# Less than this share would be no better than the last column of most tables.
RIGHT = 0.7


def values(kind, rng):
    return {
        "": lambda: rng.normal(size=N).round(2),
        "b": lambda: rng.choice(["no", "yes"], N),
        "c": lambda: rng.choice(list("abcde"), N),
        "i": lambda: np.arange(N),
        "t": lambda: [f"name {k}" for k in range(N)],
        "d": lambda: pd.date_range("2024-01-01", periods=N),
    }[kind]()


def table(columns, rng):
    parts = [column.partition(":") for column in columns.split()]
    return pd.DataFrame({name: values(kind, rng) for name, _, kind in parts})


def test_the_targets_of_most_public_tables_are_guessed(rng):
    guessed = {name: propose_target(table(TABLES[name], rng)) for name in TABLES}
    right = [name for name, guess in guessed.items() if guess == name]
    assert len(right) / len(TABLES) >= RIGHT, guessed


CASES = [
    ("x y", "y", "A guess by the name “y”."),
    ("a y b", "y", "A guess by the name “y”."),
    ("x y height", "height", "A guess: the last column."),
    ("a target class b", "target", "A guess by the name “target”."),
    ("price a b", "price", "A guess: columns named “price” are often predicted."),
    (
        "a unitPrice b",
        "unitPrice",
        "A guess: columns named “price” are often predicted.",
    ),
    ("a b longitude", "a", "A guess: the first column."),
    ("latitude longitude", "longitude", "A guess: the last column."),
    ("answer:b a b1 b2", "answer:b", "A guess: the first column."),
    ("region:c answer:b other:c", "answer:b", "A guess: a column with two values."),
    ("a b name:t", "a", "A guess: the first column."),
    ("a b", "b", "A guess: the last column."),
    ("a b c", "a", "A guess: the first column."),
    ("age sex:b c", "c", "A guess: the last column."),
    ("c age sex:b", "c", "A guess: the first column."),
    ("x1 b c1", "x1", "A guess: the first column."),
    ("a price done:b", "done:b", "A guess: the last column, with two values."),
    ("a b c kind:c", "kind:c", "A guess: the last column, with a few classes."),
    ("a b c type:c", "type:c", "A guess: the last column, with a few classes."),
    ("a b kind:c", "a", "A guess: the first column."),
    (
        "plot_id wage lwage",
        "wage",
        "A guess: columns named “wage” are often predicted.",
    ),
    (
        "zip_code b region:c",
        "b",
        "A guess: the other columns look more like features.",
    ),
    (
        "Fläche Kaufpreis a",
        "Kaufpreis",
        "A guess: columns named “preis” are often predicted.",
    ),
    (
        "surface salaire ville:c",
        "salaire",
        "A guess: columns named “salaire” are often predicted.",
    ),
    (
        "variety:c b patient_id",
        "b",
        "A guess: the other columns look more like features.",
    ),
    ("a logwage age", "logwage", "A guess: columns named “wage” are often predicted."),
    (
        "a numvisits",
        "numvisits",
        "A guess: columns named “visits” are often predicted.",
    ),
    ("when:d name:t", "name:t", "A guess: the last column."),
    ("x1 x_2 x3 height", "height", "A guess: the last column."),
    ("x1 x2 x3", "x1", "A guess: the first column."),
    ("a x1 x2 x3 y1 y2", "a", "A guess: the first column."),
]


@pytest.mark.parametrize(("columns", "target", "reason"), CASES)
def test_the_guess_is_named_as_a_guess_with_its_reason(columns, target, reason, rng):
    guess = guess_target(table(columns, rng))
    assert guess == (target.partition(":")[0], reason)
