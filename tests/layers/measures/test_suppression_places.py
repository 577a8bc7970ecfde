"""People by small area, town, county and state: hidden cells move among neighbours, so that large totals stay shown."""

import numpy as np
import pytest

from layers.measures.suppression import (
    Cells,
    Dimension,
    Pattern,
    Structure,
    SuppressionPolicy,
    Table,
    primary_rows,
    protect,
)

POLICY = SuppressionPolicy("ten", "made up", 10, zeros_shown=True, minimum_width=8.0)
AREAS, AREAS_A_TOWN, TOWNS_A_COUNTY = 320, 5, 8
RACES, AGES = 5, 4


def register() -> Structure:
    """Two linked tables of 120 small areas; a rare group and a rare age make small cells everywhere."""
    generator = np.random.default_rng(4)
    people = generator.lognormal(6.0, 0.6, AREAS)
    race = generator.dirichlet(np.array([40.0, 8.0, 5.0, 2.0, 0.6]), AREAS)
    age = generator.dirichlet(np.array([30.0, 40.0, 20.0, 5.0]), AREAS)
    area, *rest = np.indices((AREAS, RACES, AGES)).reshape(3, -1)
    counts = generator.poisson(people[area] * race[area, rest[0]] * age[area, rest[1]])
    cells = Cells(
        {"place": area.astype(str), "race": rest[0].astype(str), "age": rest[1].astype(str)}, counts
    )
    names = [str(k) for k in range(AREAS)]
    town = {a: f"t{int(a) // AREAS_A_TOWN}" for a in names}
    county = {a: f"c{int(a) // (AREAS_A_TOWN * TOWNS_A_COUNTY)}" for a in names}
    tables = [
        Table("race_by_area", {"place": ["place", "town", "county"], "race": ["race"]}),
        Table("age_by_area", {"place": ["place", "town", "county"], "age": ["age"]}),
        Table("race_by_age_by_town", {"place": ["town", "county"], "race": ["race"], "age": ["age"]}),
    ]
    return Structure.build(cells, tables, [Dimension("place", {"town": town, "county": county})])


def wish(structure: Structure):
    """Totals most."""
    wished = np.full(len(structure), -np.inf)
    for block in structure.blocks:
        rows = np.unique(block.group[block.group >= 0])
        wished[rows] = np.maximum(wished[rows], -np.log2(len(rows)))
    return wished


@pytest.fixture(scope="module")
def released() -> Pattern:
    structure = register()
    assert len(structure) > 2_000
    primary = primary_rows(POLICY, structure.counts)
    return protect(structure, POLICY, primary, wish=wish(structure), exact=False)


def rows_at(structure: Structure, *levels: str):
    shown = [block.group for block in structure.blocks if block.levels["place"] in levels]
    return np.unique(np.concatenate(shown))


def test_totals_of_the_state_and_of_counties_stay_shown(released):
    structure = released.structure
    assert released.primary.sum() > 100, "many small cells lie below"
    assert not released.complementary[rows_at(structure, "Total")].any()
    of_counties = rows_at(structure, "county")
    assert released.complementary[of_counties].sum() <= len(of_counties) / 8
    assert released.audit.narrowest >= POLICY.minimum_width
