"""Percent signs of declared texts stand without a blank, in English and Spanish, as numbers are written elsewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_declared_texts_have_no_blank_before_percent_signs() -> None:
    files = [*(ROOT / "config").rglob("*.yml"), *(ROOT / "config").rglob("*.md")]
    files += (ROOT / "catalog" / "vocabularies").glob("*.yml")
    told = [(path.name, line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(told) > 1000
    assert [where for where in told if re.search(r"\d[ \u00a0\u202f]%", where[1])] == []
