"""Published tables of GaussSuppression: the same audit intervals, no more hidden cells, nothing recovered."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layers.measures.suppression import (
    Cells,
    Dimension,
    Structure,
    SuppressionPolicy,
    Table,
    audit,
    complementary,
    primary_rows,
    protect,
)

LEVELS = {
    "ex1a_max1": {"age": ["age"], "geo": ["geo"]},
    "ex1a_eu_max2": {"age": ["age"], "geo": ["geo", "eu"]},
    "ex1a_eu_max4_nozero": {"age": ["age"], "geo": ["geo", "eu"]},
    "z1_max3": {"region": ["region"], "hovedint": ["hovedint"]},
    "z1_max3_nozero": {"region": ["region"], "hovedint": ["hovedint"]},
    "z2_hier_max3": {"region": ["region", "fylke", "kostragr"], "hovedint": ["hovedint"]},
    "z2_hier_max5_nozero": {"region": ["region", "fylke", "kostragr"], "hovedint": ["hovedint"]},
}


@dataclass
class Oracle:
    structure: Structure
    policy: SuppressionPolicy
    published: pd.DataFrame

    @property
    def primary(self):
        return primary_rows(self.policy, self.structure.counts)

    @property
    def shown(self):
        return (self.structure.counts == 0) & ~self.primary

    def flags(self, column: str):
        mask = np.zeros(len(self.structure), dtype=bool)
        mask[self.published["row"][self.published[column]]] = True
        return mask

    def cells(self, mask) -> int:
        return int(mask[self.published["row"]].sum())


@pytest.fixture(params=sorted(LEVELS))
def oracle(request, reference: Path) -> Oracle:
    name = request.param
    by = LEVELS[name]
    inner = pd.read_csv(reference / "oracle" / f"gauss_{name}_inner.csv", dtype=str)
    published = pd.read_csv(
        reference / "oracle" / f"gauss_{name}_published.csv", dtype=dict.fromkeys(by, str)
    )
    cells = Cells({d: inner[d].to_numpy() for d in by}, inner.iloc[:, -1].to_numpy().astype(int))
    dimensions = [
        Dimension(d, {level: dict(zip(inner[d], inner[level], strict=True)) for level in levels[1:]})
        for d, levels in by.items()
    ]
    structure = Structure.build(cells, [Table("t", by)], dimensions)
    merged = structure.frame("t").merge(published, on=list(by), how="outer", validate="one_to_one")
    assert len(merged) == len(published)
    assert not merged["row"].isna().any()
    policy = SuppressionPolicy(
        name, "GaussSuppression", threshold=int(name.split("max")[1][0]) + 1, zeros_shown="nozero" in name
    )
    return Oracle(structure, policy, merged)


def test_counts_and_primary_cells_are_those_published(oracle):
    rows = oracle.published["row"]
    np.testing.assert_array_equal(oracle.structure.counts[rows], oracle.published.iloc[:, 5].astype(int))
    np.testing.assert_array_equal(oracle.primary[rows], oracle.published["primary"])


def test_audit_intervals_of_the_reference_pattern(oracle):
    hidden = oracle.flags("suppressed")
    result = audit(oracle.structure, hidden)
    wanted = oracle.published[oracle.published["suppressed"]].drop_duplicates("row").set_index("row")
    np.testing.assert_allclose(result.lower, wanted["audit_lo"][result.rows], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result.upper, wanted["audit_up"][result.rows], rtol=0, atol=1e-9)
    assert len(result.recovered) == 0


def test_no_more_hidden_cells_than_the_reference_and_none_recovered(oracle):
    hidden = complementary(oracle.structure, oracle.primary, shown=oracle.shown)
    assert oracle.cells(hidden) <= oracle.published["suppressed"].sum()
    result = audit(oracle.structure, hidden)
    assert len(result.recovered) == 0
    assert (hidden | ~oracle.primary).all()


def test_primary_suppression_alone_is_recovered(oracle):
    result = audit(oracle.structure, oracle.primary)
    recovered = np.zeros(len(oracle.structure), dtype=bool)
    recovered[result.recovered] = True
    assert oracle.cells(recovered) == oracle.published["primary"].sum()
    np.testing.assert_array_equal(result.lower, oracle.structure.counts[result.rows])


def test_protection_holds_for_readers_who_know_the_policy(oracle):
    pattern = protect(oracle.structure, oracle.policy, oracle.primary)
    assert oracle.cells(pattern.hidden) <= oracle.published["suppressed"].sum()
    assert pattern.audit.exact
    assert pattern.audit.narrowest >= oracle.policy.minimum_width
    assert not (pattern.hidden & oracle.shown).any()
