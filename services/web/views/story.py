"""Data stories: their list, and one of them."""

from services.web.render import Frame, render
from services.web.shelf import Shelf
from services.web.stories import Story, told


def story_list(frame: Frame, stories: list[Story]) -> str:
    """The page with all stories."""
    return render("stories.html", frame, stories=stories)


def story_page(shelf: Shelf, frame: Frame, story: Story) -> str:
    """The page of a story.

    Raises:
        ConfigurationError: an insert or link of it names something that is not there.

    """
    return render("story.html", frame, story=story, body=told(story, shelf, frame))
