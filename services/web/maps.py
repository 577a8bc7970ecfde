"""Built map pages as they are served: whole files whose scripts the security policy names one by one."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

_SCRIPT = re.compile(rb"<script(?P<kind>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def policy(path: Path) -> str:
    """The content security policy of a map page: its own scripts by their hashes, its own styles, no network."""
    stat = path.stat()
    return _policy(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _policy(path: Path, _moved: int, _size: int) -> str:
    scripts = [
        found["text"]
        for found in _SCRIPT.finditer(path.read_bytes())
        if b"application/json" not in found["kind"]
    ]
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src 'self' data: blob:;"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )


def _digest(text: bytes) -> str:
    return base64.b64encode(hashlib.sha256(text).digest()).decode()
