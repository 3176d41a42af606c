"""Tables that the tests of estimators share."""

import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes


@pytest.fixture(scope="package")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


@pytest.fixture(scope="package")
def cancer():
    return load_breast_cancer(return_X_y=True)
