"""How numbers are written everywhere: pages, reports and pictures, in both languages.

English and Spanish as they are written in the United States and Puerto Rico write numbers alike: comma between
thousands, point before decimals, no blank before the percent sign (CLDR en-US, es-US, es-PR). The scripts of pages
ask their browser for en-US and es-US; this module does the same sums, so that a number is the same text in both.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

_ANY_SIZE = Context(prec=400, rounding=ROUND_HALF_UP)
_MOST_DECIMALS = 3


def number(value: float, decimals: int | None = None, *, signed: bool = False) -> str:
    """A number with separators; `decimals` digits after the point, up to three as needed when None is given.

    Rounding starts from the shortest decimal that is the number, as browsers do, halves away from zero; what
    rounds to zero has no sign. `signed` puts + before what is above zero.

    Raises:
        ValueError: the value is not finite.

    """
    exact = Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"{value} cannot be written as a number; allowed: finite numbers")
    digits = _MOST_DECIMALS if decimals is None else decimals
    rounded = exact.quantize(Decimal(1).scaleb(-digits), context=_ANY_SIZE)
    if not rounded:
        rounded = abs(rounded)
    text = f"{rounded:,f}"
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    return f"+{text}" if signed and rounded > 0 else text
