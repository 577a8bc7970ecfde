"""What is wrong with an expression."""


class BadExpression(ValueError):
    """An expression that is not CQL2, or that asks for what the collection does not have."""
