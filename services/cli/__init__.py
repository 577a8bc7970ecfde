"""The command `townline`: the composition root, the only place that may import everything."""

from services.cli.main import app, main

__all__ = ["app", "main"]
