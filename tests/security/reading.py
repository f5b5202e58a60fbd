"""What an answer says, whatever it is made of."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.security.canaries import CANARY

CHANGING = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids, also those of requests
    r"|\bnonce(?:=\"|-)[\w-]+"
    r"|(?<=audit%2F)\d+|(?<=audit/)\d+"
    r"|[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}"  # form tokens
    r"|(?<=name=\"typed\" value=\")[^\"]+"
    r"|(?<=value=\")[\w-]{86,}=*(?=\")"
)


@dataclass(frozen=True)
class Answer:
    """An answer; as it is compared, without what changes from one request to the next."""

    status: int
    location: str
    text: str
    written: dict[str, int] = field(default_factory=dict)

    def summary(self) -> str:
        """For a report of findings."""
        return f"{self.status} {self.location} ({len(self.text)} characters) writes {self.written}"


def text_of(response: TestResponse) -> str:
    """All text in the body: pages of a PDF, cells of a workbook, the files of an archive, or the body itself."""
    return _text_in(response.get_data())


def _text_in(body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in body:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(_text_in(archive.read(name)) for name in archive.namelist())
    if body.startswith(b"PK\x03\x04"):
        sheets = load_workbook(io.BytesIO(body), read_only=True)
        return "\n".join(str(row) for sheet in sheets for row in sheet.iter_rows(values_only=True))
    return body.decode("utf-8", "replace")


def scopes_in(text: str) -> dict[str, str]:
    """The scopes of the canaries in `text`, each with one of them."""
    return {found[1].lower(): found[0] for found in CANARY.finditer(text)}


def unchanging(text: str, tried: str) -> str:
    """`text` without ids, nonces and form tokens; an id that is a number is found by what stands before it, as the same
    number may stand anywhere."""
    return CHANGING.sub("…", text if tried.isdigit() else text.replace(tried or "…", "…"))
