"""What all of them share: what could not be done, people, files, and a page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lianfang.interchange.kinds import JPEG, PDF, PNG
from lianfang.kernel.model import Text

NOTHING = Text("", "")
Line = TypeVar("Line")
MOST_PREVIEWS = 20
"""Pages of a file that are looked at in place; whoever reads more downloads it."""


class OfficeError(Exception):
    """A use case that could not be done; ``message`` says why in both languages."""

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.en)


class NotFound(OfficeError):
    """What was asked for does not exist for this person."""


class Forbidden(OfficeError):
    """The person may not do this."""


class StaleCase(OfficeError):
    """The case changed under the person's hands; reading it again shows how."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the office."""

    id: str
    name: Text
    unit: Text
    posts: tuple[Text, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileView:
    """A kept file; ``blank_pages`` of its ``pages`` have nothing on them."""

    sha256: str
    name: str
    size: int
    media: str
    pages: int
    blank_pages: int

    @property
    def previews(self) -> range:
        """The numbers of its pages that can be looked at in place: the first ones of a PDF, a picture itself; none of another type."""
        return range(1, min(self.pages, MOST_PREVIEWS) + 1) if self.media in (PDF, PNG, JPEG) else range(0)


COUNTED = 500
"""How far the lines of a long list are counted: nobody reads on, and counting a million takes longer than reading the page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """One page of a list. ``total`` counts all lines, of a long list no further than one past ``COUNTED``; ``number`` counts from 1."""

    lines: tuple[Line, ...]
    number: int
    total: int
    size: int
    counted: bool = True
    """Whether ``total`` is all of them."""
    through: int = 0
    """Of how many of the newest the list was made, where there are more than were looked through; 0 where it was made of all."""

    @property
    def count(self) -> str:
        """How many there are, as a page says it: ``500+`` for more than are counted."""
        return str(self.total) if self.counted else f"{COUNTED}+"
