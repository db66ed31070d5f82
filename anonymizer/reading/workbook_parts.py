"""The parts of a workbook, as far as they tell what must not be in one: macros, links, objects, declarations.

Runs in the process that reads workbooks (`workbook_process`), never in the server's own: the parts are XML
that a stranger wrote. They are read as a stream of opening tags; no tree is built and no declaration of a
document type is accepted, so that no entity can grow or reach out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from xml.parsers import expat

from anonymizer.reading.containers import Member, unpacked

Attributes = dict[str, str]
Opening = Callable[[str, Attributes], None]
"""Called with the name of each element, without its prefix, and its attributes."""

WORKBOOK = "xl/workbook.xml"
CONTENT_TYPES = "[content_types].xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_XML_ENDINGS = (".xml", ".rels", ".vml")
_EXTERNAL_LINKS = "xl/externallinks/"
_WITHOUT_HARM = "/hyperlink"
"""The one relation that may point outside: a spreadsheet makes one of every address that is typed."""

FORBIDDEN: Mapping[str, str] = MappingProxyType(
    {
        "vbaproject": "macro_workbook",
        "macrosheet": "macro_workbook",
        "macroenabled": "macro_workbook",
        "embeddings/": "embedded_object",
        "oleobject": "embedded_object",
        "activex": "embedded_object",
        "connections": "external_link",
        "querytable": "external_link",
    }
)
"""What the name or the type of a part must not contain, in small letters, and the code of the conflict."""


class BrokenWorkbookError(Exception):
    """A part that is missing, is no XML or contradicts another one."""


class RefusedError(Exception):
    """Something that no workbook may have; `code` is that of the conflict."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it. `place` counts from 1; `member` is empty for a chart, which has no cells."""

    name: str
    place: int
    is_hidden: bool
    member: Member | None


def read_elements(pieces: Iterable[bytes], opening: Opening | None = None) -> None:
    """Read one part of XML to its end. Raises RefusedError for a document type, BrokenWorkbookError for no XML."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = opening
    is_xml = False
    with suppress(expat.ExpatError):
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
        is_xml = True
    if not is_xml:
        raise BrokenWorkbookError


def local_name(name: str) -> str:
    """The name of an element or attribute without the prefix of its namespace."""
    return name.rpartition(":")[2]


def check_parts(body: bytes, members: Mapping[str, Member]) -> Iterator[str]:
    """The codes of what makes the workbook as a whole unacceptable.

    `members` are by their names in small letters. Every part but the sheets is unpacked here, so that its
    size and checksum are known to be right.
    """
    if WORKBOOK not in members or CONTENT_TYPES not in members:
        yield "not_a_workbook"
        return
    for name, member in members.items():
        yield from _codes_in_name(name)
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            continue  # read once, with its cells
        pieces = unpacked(body, member)
        if name.startswith(_EXTERNAL_LINKS) and name.endswith(".xml"):
            yield _code_of_link(pieces)
        elif name.endswith(_XML_ENDINGS):
            yield from _codes_in_part(pieces)
        else:
            for _ in pieces:
                pass


def sheets_of(body: bytes, members: Mapping[str, Member]) -> list[SheetPart]:
    """The sheets in the order of the workbook. Raises BrokenWorkbookError when a part is not there."""
    if _RELATIONS not in members:
        raise BrokenWorkbookError
    targets = _targets(unpacked(body, members[_RELATIONS]))
    listed: list[Attributes] = []

    def opening(name: str, attributes: Attributes) -> None:
        if local_name(name) == "sheet":
            listed.append(attributes)

    read_elements(unpacked(body, members[WORKBOOK]), opening)
    return [_sheet(place, sheet, targets, members) for place, sheet in enumerate(listed, start=1)]


def _refuse_document_type(*_: object) -> None:
    raise RefusedError("document_type")


def _codes_in_name(name: str) -> Iterator[str]:
    yield from (code for forbidden, code in FORBIDDEN.items() if forbidden in name)


def _code_of_link(pieces: Iterable[bytes]) -> str:
    """Whether another workbook is linked or another program is called (dynamic data exchange)."""
    names: set[str] = set()
    read_elements(pieces, lambda name, _: names.add(local_name(name)))
    return "dynamic_exchange" if names & {"ddeLink", "oleLink"} else "external_link"


def _codes_in_part(pieces: Iterable[bytes]) -> list[str]:
    """What content types and relations tell of other parts; in other XML these elements do not occur."""
    codes: list[str] = []

    def opening(name: str, attributes: Attributes) -> None:
        match local_name(name):
            case "Override":
                codes.extend(_codes_in_name(attributes.get("ContentType", "").casefold()))
            case "Relationship":
                kind = attributes.get("Type", "").casefold()
                codes.extend(_codes_in_name(kind))
                if attributes.get("TargetMode") == "External" and not kind.endswith(_WITHOUT_HARM):
                    codes.append("external_link")
            case _:
                pass

    read_elements(pieces, opening)
    return codes


def _targets(pieces: Iterable[bytes]) -> dict[str, Attributes]:
    found: dict[str, Attributes] = {}

    def opening(name: str, attributes: Attributes) -> None:
        if local_name(name) == "Relationship":
            found[attributes.get("Id", "")] = attributes

    read_elements(pieces, opening)
    return found


def _sheet(
    place: int, sheet: Attributes, targets: Mapping[str, Attributes], members: Mapping[str, Member]
) -> SheetPart:
    identifiers = [value for key, value in sheet.items() if ":" in key and local_name(key) == "id"]
    target = targets.get(identifiers[0]) if len(identifiers) == 1 else None
    if target is None or "name" not in sheet:
        raise BrokenWorkbookError
    is_hidden = sheet.get("state", "visible") != "visible"
    is_worksheet = target.get("Type", "").endswith("/worksheet")
    member = members.get(_path_of(target.get("Target", "")))
    if is_worksheet and member is None:
        raise BrokenWorkbookError
    return SheetPart(sheet["name"], place, is_hidden, member if is_worksheet else None)


def _path_of(target: str) -> str:
    """Where a part lies, from what the workbook's relations call it."""
    path = target.casefold()
    return path.removeprefix("/") if path.startswith(("/", "xl/")) else f"xl/{path}"
