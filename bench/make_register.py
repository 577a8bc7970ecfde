"""Writes a made-up register of people: one row per person, by block group, with race, sex and age band.

Nobody in it exists. Every block group of the state gets people in proportion to how many of the state live in its
tract (American Community Survey), shared evenly among the block groups of the tract; race, sex and age are drawn from
the tract's own tables. The same seed gives the same bytes.

    python bench/make_register.py OUT MIRROR [--people 3611317] [--region 09190]
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20_200_401
RACES = {
    "white": "B03002_003",
    "black": "B03002_004",
    "american_indian": "B03002_005",
    "asian": "B03002_006",
    "pacific_islander": "B03002_007",
    "other": "B03002_008",
    "two_or_more": "B03002_009",
    "hispanic": "B03002_012",
}
"""Not Hispanic where not said otherwise; the code of the register and the line of the table."""

AGES = (
    "age_00_04",
    "age_05_17",
    "age_18_24",
    "age_25_34",
    "age_35_44",
    "age_45_64",
    "age_65_74",
    "age_75_plus",
)
_LINES = (
    (3,),
    (4, 5, 6),
    (7, 8, 9, 10),
    (11, 12),
    (13, 14),
    (15, 16, 17, 18, 19),
    (20, 21, 22),
    (23, 24, 25),
)
"""Lines of B01001 per band for men; those of women lie 24 further."""
TABLES = "acs2022/acs2022_long.parquet"
BLOCKS = "crosswalks/block_xwalk.parquet"


def tract_tables(mirror: Path) -> pd.DataFrame:
    """Estimates of the tracts, one row per tract (ids of 2022) and one column per line."""
    wanted = [*RACES.values(), *(f"B01001_{n:03}" for n in range(3, 50) if n != 26)]
    rows: pd.DataFrame = pq.read_table(
        mirror / TABLES,
        filters=[("level", "==", "8_tract"), ("variable", "in", wanted)],
        columns=["geoid", "variable", "estimate"],
    ).to_pandas()
    return rows.pivot(index="geoid", columns="variable", values="estimate").fillna(0.0)


def block_groups(mirror: Path, region: str | None) -> pd.DataFrame:
    """The block groups (ids of 2020) with the 2022 id of their tract, of one planning region or all."""
    columns = ["block_grp", "tract_cog", "cog_fips"]
    rows: pd.DataFrame = (
        pq.read_table(mirror / BLOCKS, columns=columns).to_pandas().drop_duplicates().sort_values("block_grp")
    )
    return rows if region is None else rows.loc[rows["cog_fips"] == region]


def shared(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to weights that add up to the total; the largest remainders get the rest."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: total - whole.sum()]
    whole[rest] += 1
    return whole


def register(mirror: Path, people: int, region: str | None) -> pa.Table:
    """One row per person, in the order of the block groups."""
    tables, groups = tract_tables(mirror), block_groups(mirror, region)
    groups = groups[groups["tract_cog"].isin(tables.index)]
    lines = [[f"B01001_{line + shift:03}" for line in band] for shift in (0, 24) for band in _LINES]
    by_age_sex = np.stack([tables[names].sum(axis=1).to_numpy() for names in lines], axis=1)
    by_race = tables[list(RACES.values())].to_numpy()
    tract = tables.index.get_indexer(pd.Index(groups["tract_cog"]))
    siblings = groups.groupby("tract_cog")["block_grp"].transform("size").to_numpy()
    size = shared(people, by_age_sex.sum(axis=1)[tract] / siblings)
    generator = np.random.default_rng(SEED)
    race = np.concatenate([_drawn(generator, by_race[t], n) for t, n in zip(tract, size, strict=True)])
    both = np.concatenate([_drawn(generator, by_age_sex[t], n) for t, n in zip(tract, size, strict=True)])
    ages, total = len(AGES), int(size.sum())

    def coded(index: np.ndarray, codes: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(index, pa.int16()), codes).cast(pa.string())

    return pa.table(
        {
            "person": pa.array(np.char.add("P", np.char.zfill(np.arange(total).astype("U8"), 8))),
            "block_group": coded(np.repeat(np.arange(len(groups)), size), groups["block_grp"].tolist()),
            "race": coded(race, list(RACES)),
            "sex": coded(both // ages, ["male", "female"]),
            "age": coded(both % ages, list(AGES)),
        }
    )


def _drawn(generator: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    if size == 0:
        return np.empty(0, dtype=np.int64)
    return generator.choice(len(weights), size=size, p=weights / weights.sum())


def main() -> None:
    """Write the register."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="file to write")
    parser.add_argument("mirror", type=Path, help="folder with the sample files")
    parser.add_argument("--people", type=int, default=3_611_317)
    parser.add_argument("--region", help="id of one planning region")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    table = register(given.mirror, given.people, given.region)
    pq.write_table(table, given.out, compression="zstd")
    print(f"{table.num_rows:,} people in {given.out}")


if __name__ == "__main__":
    main()
