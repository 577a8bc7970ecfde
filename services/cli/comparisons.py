"""Comparisons of groups: the rule they follow, and their tidy table as files or text."""

from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.errors import BadRequest, nearest
from catalog.indicators import DisparityRule, Indicator
from layers.derive.publication import Product
from layers.measures.disparity import MEASURES
from services.cli.chosen import check_places
from services.cli.output import write_files


class NotComparable(BadRequest):
    """The indicator has no such dimension or places, or its groups cannot be compared."""


class UnknownMeasure(BadRequest):
    """No such measure; the nearest names are given."""


def check_measures(names: list[str]) -> None:
    """Nothing when all names are those of measures of disparity.

    Raises:
        UnknownMeasure: the nearest names are given.

    """
    for name in names:
        if name not in MEASURES:
            raise UnknownMeasure(f"there is no measure {name!r}; {nearest(name, list(MEASURES))}")


def comparison_rule(indicator: Indicator, by: str, places: str, measures: list[str]) -> DisparityRule:
    """The indicator's rule, or the default one, for one dimension and place type.

    Raises:
        BadRequest: the message says what there is.

    """
    if by not in indicator.reference:
        known = list(indicator.reference)
        raise NotComparable(
            f"{indicator.id!r} has no reference group for {by!r}; "
            f"{nearest(by, known) if known else 'add `reference` to its file'}"
        )
    check_places(indicator, places)
    if indicator.direction == "neutral" or indicator.kind == "count":
        raise NotComparable(
            f"{indicator.id!r} is a {indicator.kind} with direction {indicator.direction}; groups are compared where "
            "one direction is better and the value is no count"
        )
    check_measures(measures)
    rule = indicator.disparity or DisparityRule()
    return rule.model_copy(update={"measures": tuple(measures)}) if measures else rule


def tidy_files(product: Product, out: Path) -> tuple[Path, ...]:
    """The files, the tidy CSV first."""
    if product.beside is None:
        raise NotComparable("the comparison has no tidy table")
    return write_files(out, product.beside)


def tidy_text(product: Product) -> str:
    """The tidy CSV."""
    with TemporaryDirectory() as folder:
        text, *_ = tidy_files(product, Path(folder))
        return text.read_text(encoding="utf-8")
