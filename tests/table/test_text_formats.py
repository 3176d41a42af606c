"""Text in another format is refused by a sentence that names what reads it."""

import io

import numpy as np
import pytest
from scipy.io import arff, mmwrite
from sklearn.datasets import dump_svmlight_file

from skloss.table import TableError, read_table

ARFF = """% about flowers
@RELATION iris

@ATTRIBUTE size NUMERIC
@ATTRIBUTE kind {a,b}

@DATA
1.5,a
2.5,b
"""


def libsvm(n_rows=30, **options):
    """Return a sparse matrix as scikit-learn writes it."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 5)) * (rng.random((n_rows, 5)) < 0.5)
    file = io.BytesIO()
    dump_svmlight_file(X, rng.integers(0, 2, n_rows), file, **options)
    return file.getvalue()


def matrix_market():
    file = io.BytesIO()
    mmwrite(file, np.eye(3))
    return file.getvalue()


FORMATS = {
    "ARFF": (ARFF.encode(), "ARFF", "scipy.io.arff.loadarff"),
    "ARFF, in small letters": (ARFF.lower().encode(), "ARFF", "loadarff"),
    "libsvm": (libsvm(), "libsvm", "sklearn.datasets.load_svmlight_file"),
    "libsvm with queries": (libsvm(query_id=np.arange(30)), "libsvm", "svmlight"),
    "libsvm with comments": (libsvm(comment="made"), "libsvm", "svmlight"),
    "Matrix Market": (matrix_market(), "Matrix Market", "scipy.io.mmread"),
    "SQL": (b"-- dump\nINSERT INTO t VALUES (1, 2);\n" * 3, "SQL", "as CSV"),
    "SQL of a table": (b"CREATE TABLE t (a INT, b INT);\n", "SQL", "as CSV"),
    "SAS": (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000", "SAS", "as CSV"),
    "PostScript": (b"%!PS-Adobe-3.0\n1 2 moveto\n", "PostScript", "as CSV"),
}


@pytest.mark.parametrize(("content", "name", "cure"), FORMATS.values(), ids=FORMATS)
def test_the_sentence_names_the_format_and_what_reads_it(content, name, cure):
    with pytest.raises(TableError) as error:
        read_table(content)
    assert name in str(error.value)
    assert cure in str(error.value)
    assert "not a CSV" in str(error.value)
    assert len(str(error.value)) < 200


def test_the_example_is_an_arff_file_for_its_reader():
    rows, _ = arff.loadarff(io.StringIO(ARFF))
    assert rows["size"].tolist() == [1.5, 2.5]


TABLES = {
    "times of day": (b"1 10:30 11:45\n2 10:40 11:50\n", False),
    "pairs that do not ascend": (b"1 3:0.5 1:0.25\n2 4:0.5 2:0.5\n", False),
    "a header": (b"id a\n1 1:2.5\n2 1:3.5\n", True),
    "a column named relation": (b"relation,n\nson,1\nwife,2\n", True),
    "a column of statements": (b"statement,n\nINSERT INTO t (a);,1\nx,2\n", True),
}


@pytest.mark.parametrize(("content", "header"), TABLES.values(), ids=TABLES)
def test_tables_that_look_alike_are_read(content, header):
    assert len(read_table(content, header=header)) == 2
