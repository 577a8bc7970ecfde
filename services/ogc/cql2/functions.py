"""What CQL2 needs and SQLite lacks, as functions of a connection."""

import sqlite3
import unicodedata


def register(database: sqlite3.Connection) -> None:
    """Add the functions to a connection."""
    for name, function in (("casei", casei), ("accenti", accenti)):
        database.create_function(name, 1, function, deterministic=True)
    for name, calculation in (("cql2_power", _power), ("cql2_modulo", _modulo)):
        database.create_function(name, 2, calculation, deterministic=True)


def casei(text: str | None) -> str | None:
    """A text without differences of case."""
    return None if text is None else text.casefold()


def accenti(text: str | None) -> str | None:
    """A text without accents."""
    if text is None:
        return None
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _power(base: float | None, exponent: float | None) -> float | None:
    """A power; null where it is not a real number."""
    if base is None or exponent is None:
        return None
    try:
        found = float(base) ** float(exponent)
    except (OverflowError, ZeroDivisionError):
        return None
    return found if isinstance(found, float) else None


def _modulo(number: float | None, divisor: float | None) -> float | None:
    """What is left of a division, with the sign of the number; null for a division by zero."""
    if number is None or not divisor:
        return None
    left = abs(number) % abs(divisor)
    return left if number >= 0 else -left
