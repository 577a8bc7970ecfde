"""Colours of maps: ramps and signs that people with any colour vision can tell apart, on screen and in print."""

from catalog.maps import Measure

SEQUENTIAL: dict[int, tuple[str, ...]] = {
    1: ("#7fcdbb",),
    2: ("#c7e9b4", "#2c7fb8"),
    3: ("#dcefb3", "#68c0bd", "#22629f"),
    4: ("#dcefb3", "#7fcbbb", "#2f96c0", "#1f4596"),
    5: ("#dcefb3", "#96d3b5", "#46b0c3", "#2279b4", "#162f78"),
    6: ("#dff0b5", "#abdab1", "#66c1bd", "#2f96c0", "#2163a9", "#132a6d"),
    7: ("#e0f1b6", "#b3dcae", "#7ac8b9", "#42aac2", "#2580b5", "#20519e", "#112560"),
}
DIVERGING: dict[int, tuple[str, ...]] = {
    1: ("#ebe7db",),
    2: ("#f5b25f", "#9488c2"),
    3: ("#e08214", "#ebe7db", "#7a67b0"),
    5: ("#b35806", "#f5b25f", "#ebe7db", "#aaa0d2", "#4a2d86"),
    7: ("#9a4a05", "#df8a2b", "#fccf90", "#ebe7db", "#cdc8e4", "#8f82c0", "#45277f"),
}
"""From worse to better."""

BIVARIATE: tuple[tuple[str, ...], ...] = (
    ("#dedccf", "#d1b68d", "#bb7319"),
    ("#87b2d3", "#7f9490", "#725d1a"),
    ("#318ad8", "#2e7293", "#29481b"),
)
"""Rows from low to high, columns from low to high: a ramp to ochre multiplied by one to blue."""

WORSE, NO_DIFFERENCE, BETTER = DIVERGING[5][0], DIVERGING[5][2], DIVERGING[5][4]
SUPPRESSED = "#626262"
MISSING = "#cfcfcf"
NO_POPULATION = "#ffffff"
UNRELIABLE = "#efefef"
OUTLINE = "#5a5a5a"


def ramp(measure: Measure, classes: int, *, high_is_good: bool) -> tuple[str, ...]:
    """The colour of each class of a measure, from the lowest to the highest value."""
    if measure == "estimate":
        return SEQUENTIAL[classes]
    worse_first = DIVERGING[classes]
    return worse_first if high_is_good else worse_first[::-1]


def is_dark(colour: str) -> bool:
    """Whether lines over a colour must be light to be seen."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def document() -> dict[str, object]:
    """The colours as the page reads them."""
    return {
        "sequential": [SEQUENTIAL[number] for number in range(1, 8)],
        "diverging": [DIVERGING.get(number, ()) for number in range(1, 8)],
        "verdict": {"worse": WORSE, "same": NO_DIFFERENCE, "better": BETTER},
        "suppressed": SUPPRESSED,
        "missing": MISSING,
        "none": NO_POPULATION,
        "unreliable": UNRELIABLE,
        "outline": OUTLINE,
    }
