"""Seasons, fiscal years, decades and years before the era are numbers of years."""

import pytest

from tests.table.test_quantities import column

READ = {
    "seasons": (["2021/22", "2022/23"], [2021, 2022], "“2021/22” is 2021"),
    "a dash": (["2021-2022", "1999-2000"], [2021, 1999], "“2021-2022” is 2021"),
    "a dash and two digits": (["2011-12", "2022-23"], [2011, 2022], "“2011-12” is"),
    "across a century": (["1999/00", "2000/01"], [1999, 2000], "“1999/00” is 1999"),
    "short seasons": (["98/99", "21/22"], [1998, 2021], "“98/99” is 1998"),
    "seasons and years": (["2021/22", "2023"], [2021, 2023], "seasons were read"),
    "fiscal seasons": (["FY2021/22", "FY22/23"], [2021, 2022], "seasons were read"),
    "fiscal years": (["FY2021", "FY 99", "2020"], [2021, 1999, 2020], "is 2021"),
    "decades": (["1990s", "1980's"], [1990, 1980], "decades were read"),
    "eras": (["300 BC", "44 B.C.E.", "AD 79", "1066"], [-300, -44, 79, 1066], "-300"),
    "after": (["476 AD", "1453 CE"], [476, 1453], "“476 AD” is 476"),
    "German": (["300 v. Chr.", "79 n. Chr."], [-300, 79], "“300 v. Chr.” is -300"),
    "French": (["300 av. J.-C.", "79 ap. J.-C."], [-300, 79], "is -300"),
    "Italian": (["300 a.C.", "79 d.C."], [-300, 79], "is -300"),
    "Russian": (["300 до н. э.", "79 н. э."], [-300, 79], "is -300"),
}


@pytest.mark.parametrize(("cells", "years", "notice"), READ.values(), ids=READ)
def test_years_are_read_with_a_notice_and_a_way_back(cells, years, notice):
    values, notices = column(*cells)
    assert values.tolist() == years
    assert notice in notices
    kept, _ = column(*cells, types={"a": "text"})
    assert kept.tolist() == cells
    one, _ = column(cells[0], types={"a": "number"})  # as rows to predict are read
    assert one.tolist() == years[:1]


@pytest.mark.parametrize(
    "cells",
    [
        ["2021/12", "2022/01"],  # months
        ["2021/23", "2022/24"],
        ["120/80", "11/13"],  # two numbers each
        ["22/2023", "23/2024"],
        ["5 AD", "7 AD"],  # a number of something
        ["1995s", "1990s"],
        ["AD 44 BC", "300 BC"],
    ],
)
def test_text_that_may_be_no_year_stays_text(cells):
    values, notices = column(*cells)
    assert values.tolist() == cells
    assert "were read as" not in notices
