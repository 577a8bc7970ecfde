"""The words of the column `method`: how a place came to its numbers."""

from layers.measures.areal import Method

DIRECT = "direct"
METHODS = {
    Method.NESTING: "nested sum",
    Method.POPULATION: "population-weighted",
    Method.AREA: "area-weighted",
}
ONE_WHOLE_PLACE = "one whole place"
NOT_MOVABLE = "not movable"


def of_bins(method: str) -> str:
    """The method of a median that was interpolated from bins, which came to the place in some way."""
    return f"{method}, median of bins"
