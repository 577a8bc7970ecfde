"""The registry is complete enough to write the documentation from."""

import pytest

from layers.measures.disparity import MEASURES, STATUS_LABELS, GroupData, Status, applicable, measure
from layers.measures.disparity.formula import Formula

PAIRWISE_AND_GRADIENT = {"difference", "ratio", "sii", "rii", "aci", "rci"}
SPREAD = {"bgv", "bgsd", "cov", "ti", "mld", "idisu", "idisw", "par", "paf"}
MEAN_DIFFERENCES = {"mdmu", "mdmw", "mdbu", "mdbw", "mdru", "mdrw"}
TWENTY_ONE = PAIRWISE_AND_GRADIENT | SPREAD | MEAN_DIFFERENCES


def test_all_measures_of_the_reference_are_there() -> None:
    assert len(TWENTY_ONE) == 21
    assert set(MEASURES) >= TWENTY_ONE


@pytest.mark.parametrize("name", MEASURES)
def test_every_entry_is_documented(name: str) -> None:
    entry = MEASURES[name]
    assert entry.name == name
    for text in (entry.code, entry.title, entry.formula, entry.sentence, entry.avoid, entry.source):
        assert text.strip() == text != ""
    for sentence in (entry.sentence, entry.avoid):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert isinstance(entry.how, Formula) == (entry.data is GroupData)


def test_titles_and_codes_are_unique_and_the_published_code_is_the_published_measure() -> None:
    assert len({entry.title for entry in MEASURES.values()}) == len(MEASURES)
    assert len({entry.code for entry in MEASURES.values()}) == len(MEASURES)
    assert MEASURES["bgv_uncorrected"].code == "BGV"


def test_every_status_has_a_label() -> None:
    assert set(STATUS_LABELS) == set(Status)


def test_applicable_measures_run_and_the_others_do_not() -> None:
    data = GroupData.of([1, 2, 3], kind="rate", scale=1000, high_is_good=False, order=[1, 2, 3])
    names = applicable(data)
    assert names == ("difference", "ratio", "aci", "rci", "sii_linear", "rii_linear", "mdmu", "mdbu", "idisu")
    assert tuple(measure(names, data)) == names
    assert list(measure(["rci", "aci"], data)) == ["rci", "aci"]
