"""Licences in words."""

from catalog.vocabulary import vocabulary


def licence_labels(code: str) -> tuple[str, str]:
    """A licence in English and Spanish words; one that the vocabulary does not have as it is written."""
    licences = vocabulary("licences")
    if code not in licences.codes:
        return code, code
    term = licences.term(code)
    return term.label, term.label_es
