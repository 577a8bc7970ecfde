"""Patterns of LIKE as SQLite's GLOB, which unlike its LIKE minds the case and can use a B-tree."""

_WILD = {"%": "*", "_": "?"}
_SPECIAL = "*?["
_ESCAPE = "\\"


def glob(pattern: str) -> str:
    """The GLOB pattern of a LIKE pattern: % is any text, _ one character, a backslash takes the meaning away."""
    found: list[str] = []
    escaped = False
    for character in pattern:
        if character == _ESCAPE and not escaped:
            escaped = True
            continue
        plain = f"[{character}]" if character in _SPECIAL else character
        found.append(plain if escaped else _WILD.get(character, plain))
        escaped = False
    return "".join(found) + (_ESCAPE if escaped else "")
