"""Where the files of built maps lie below their folder.

<map>.html            one file that needs nothing else
<map>.png …           pictures
site/<map>.html       the page in parts, as a web server hands it out
site/parts/…          scripts, styles, polygons and values; names change with their bytes
"""

import re
from pathlib import Path

SITE = "site"
PARTS = "parts"
DOWNLOAD = "download"
"""Where, seen from a page in parts, the same page as one file is offered."""


def parts_of(page: Path) -> list[str]:
    """The names of the parts that a page in parts links."""
    return re.findall(rf'(?:src|href)="{PARTS}/([^"/]+)"', page.read_text(encoding="utf-8"))
