"""A bare table under disclosure control: what it gives, and errors that name lines and never a count."""

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from catalog.errors import DataError
from layers.derive.plain_tables import Layout, plain_table
from layers.measures.suppression import SuppressionPolicy, named_policy

SECRET = "7919"
ROWS = """town,county,race,people
A,north,x,3
A,north,y,50
B,north,x,40
B,north,y,60
C,south,x,30
C,south,y,70
"""
LAYOUT = Layout(("town", "race"), "people", {"town": ("county",)})


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, na_values=[""])


def policy(threshold=6, width=3.0, *, zeros_shown=True):
    return SuppressionPolicy("six", "made up", threshold, zeros_shown, minimum_width=width)


def test_small_cells_are_hidden_in_all_margins_and_levels():
    made = plain_table(read(ROWS), LAYOUT)
    pattern = made.protected(policy())
    shown = made.shown(pattern)
    assert list(shown) == ["town", "town_level", "race", "race_level", "count", "status"]
    assert len(shown) == (3 + 2 + 1) * (2 + 1)
    cell = shown[(shown.town == "A") & (shown.race == "x")]
    assert cell["count"].tolist() == ["*"]
    total = shown[(shown.town == "Total") & (shown.race == "Total")]
    assert total["count"].tolist() == [253]
    assert pattern.audit.narrowest >= 3
    assert (shown.status == "suppressed").sum() == 4


def test_a_small_south_leaves_a_county_that_is_hidden_too():
    made = plain_table(read(ROWS.replace("C,south,x,30", "C,south,x,2")), LAYOUT)
    shown = made.shown(made.protected(policy()))
    small = shown[(shown.race == "x") & shown.town.isin(["C", "south"])]
    assert small["count"].tolist() == ["*", "*"]


def test_the_pattern_of_a_file_is_audited_and_its_margins_are_read():
    margins = "A,,Total,53\nB,,Total,100\nC,,Total,100\nTotal,,x,73\nTotal,,y,180\nTotal,,Total,253\n"
    made = plain_table(read(ROWS + margins), LAYOUT)
    flags = np.zeros(12, dtype=bool)
    flags[0] = True
    alone = made.audited(flags, policy())
    assert alone.recovered.tolist() == [0]
    flags[[1, 2, 3]] = True
    assert made.audited(flags, policy()).narrowest >= 3


def test_policies_of_percentages_and_places_protect_counts():
    made = plain_table(read(ROWS), LAYOUT)
    for name in ("cms", "ct-sde", "ct-dph"):
        assert made.protected(named_policy(name)).hidden.any(), name


def test_absent_combinations_are_impossible_or_zero():
    text = ROWS.replace("A,north,x,3\n", "")
    assert len(plain_table(read(text), LAYOUT).structure.cells) == 5
    filled = Layout(LAYOUT.by, LAYOUT.count, LAYOUT.within, zeros=True)
    made = plain_table(read(text), filled)
    assert len(made.structure.cells) == 6
    assert made.protected(policy(zeros_shown=False)).hidden.any()


def test_where_every_group_is_small_everything_that_tells_is_hidden():
    made = plain_table(
        read("town,race,people\nA,x,1\nA,y,2\nB,x,2\nB,y,0\n"), Layout(("town", "race"), "people", {})
    )
    shown = made.shown(made.protected(policy(threshold=10, width=8.0)))
    assert set(shown.loc[shown.status == "published", "count"]) <= {0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ROWS + f"D,south,x,-{SECRET}\n", "lines 8 have a count"),
        (ROWS + f"D,south,x,{SECRET}.5\nD,south,y,\n", "lines 8, 9 have a count"),
        (ROWS + f"A,north,x,{SECRET}\n", "lines 2, 8 repeat a combination of town, race"),
        (ROWS + f"Total,,x,{SECRET}\n", "lines 8 are margins that are not the sum"),
        (ROWS + f"D,,Total,{SECRET}\n", "lines 8 are margins of codes that no cell has"),
        (ROWS + f",south,x,{SECRET}\n", "lines 8 have no town"),
        (ROWS + f"D,,x,{SECRET}\n", "lines 8 have no county"),
        (ROWS + f"A,south,z,{SECRET}\n", "lines 2, 3, 8 put a code of town into several of county"),
        (ROWS.replace("race", "kind"), "no column race"),
        (f"town,county,race,people\nTotal,,x,{SECRET}\n", "no finest cell"),
    ],
)
def test_what_is_wrong_is_told_by_line_without_a_count(text, message):
    with pytest.raises(DataError, match=message) as error:
        plain_table(read(text), LAYOUT)
    assert SECRET not in str(error.value)


def test_a_level_of_no_dimension_is_refused():
    with pytest.raises(DataError, match="kind is no dimension"):
        plain_table(read(ROWS), Layout(("town", "race"), "people", {"kind": ()}))


@pytest.mark.parametrize("name", ["z2_hier_max3", "ex1a_eu_max2"])
def test_published_tables_of_the_reference_from_their_files(reference: Path, name):
    rows = pd.read_csv(reference / "oracle" / f"gauss_{name}_inner.csv", dtype=str)
    published = pd.read_csv(reference / "oracle" / f"gauss_{name}_published.csv")
    by, levels = (
        (("region", "hovedint"), {"region": ("fylke", "kostragr")})
        if name.startswith("z2")
        else (("age", "geo"), {"geo": ("eu",)})
    )
    made = plain_table(rows, Layout(by, rows.columns[-1], levels))
    pattern = made.protected(policy(int(name[-1]) + 1, 1.0, zeros_shown=False))
    assert (made.shown(pattern).status == "suppressed").sum() <= published["suppressed"].sum()
    assert pattern.audit.narrowest >= 1
