"""What a test reads out of a page, with the parser of the standard library: it also says when a page is not well-formed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})
"""Elements without an end tag (HTML, 13.1.2)."""
Attributes = dict[str, str]


@dataclass
class Element:
    """One element with its attributes and the text inside it."""

    tag: str
    attributes: Attributes
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page taken apart."""

    source: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.faults += [f"{element.tag} is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"{tag} has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of SVG that closes itself."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """An element ends: it must be the one that began last."""
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"{tag} ends where it is not open")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to every element that is open."""
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        """Every element of this name, in order."""
        return [element for element in self.elements if element.tag == tag]

    def one(self, tag: str) -> Element:
        """The only element of this name."""
        (element,) = self.all(tag)
        return element

    def texts(self, tag: str) -> list[str]:
        """The text of every element of this name, with single spaces."""
        return [" ".join(element.text.split()) for element in self.all(tag)]

    @property
    def text(self) -> str:
        """All that a reader reads, with single spaces."""
        return self.texts("body")[0]

    @property
    def links(self) -> list[str]:
        """The addresses of everything that one can follow."""
        return [element.attributes["href"] for element in self.all("a")]

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]
