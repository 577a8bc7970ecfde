"""The page of methods is made from the registries and is current."""

from layers.measures.disparity import MEASURES
from layers.methods_page import PAGE, methods_page


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == methods_page(), "run `python -m layers.methods_page`"


def test_every_measure_is_explained():
    page = methods_page()
    for name, one in MEASURES.items():
        assert f"(`{name}`)" in page
        assert one.sentence in page
        assert one.source
        assert one.avoid
