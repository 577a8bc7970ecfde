"""Data stories: Markdown whose numbers, tables and maps are read from the published layers and checked.

files     the stories of a profile, with their front matter
inserts   `{{ number indicator=poverty place=Hartford }}` and the others, as HTML
story     a story as HTML, or every mistake in it with file and line
"""

from services.web.stories.files import Story, read_stories
from services.web.stories.story import told

__all__ = ["Story", "read_stories", "told"]
