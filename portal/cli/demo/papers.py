"""The demo's papers: letters, reports and agreements of an invented firm, drawn with its letterhead.

Text is told in blocks between empty lines: `## heading`, `- item`, rows of a table between bars, `---` for a new page,
`@sign Investor | For the firm` for lines to sign on; anything else is a paragraph.
"""

from __future__ import annotations

import hashlib
import io
from decimal import Decimal

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from portal.domain.documents.library.values.files import CONTENT_TYPES, Arrival, Release
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.printing.sheets import BOTTOM, LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, Page, Sheets, Style, count_pages
from portal.printing.statements import ACCENTS
from portal.printing.typefaces import SEMIBOLD

BODY, HEADING, TITLE = Style(size=10), Style(SEMIBOLD, 11.5), Style(SEMIBOLD, 20)
STRONG, QUIET, FINE = Style(SEMIBOLD, 9), Style(size=10, colour="#565b65"), Style(size=7.5, colour="#565b65")
CELL = Style(size=9)
LEADING = 14.5
SIGNING = (Decimal("0.0908"), Decimal("0.55"))  # where lines to sign on begin, across the page
FIRST_LINE, NEXT_LINE = Decimal("0.62"), Decimal("0.16")  # down the page, and from one row of them to the next
ABOVE_LINE = Decimal("0.0505")  # the mark stands on the line, and says below it when it was made


def draw_paper(firm: str, accent: str, title: str, text: str) -> bytes:
    """The PDF of a paper; the same words give the same bytes."""
    return _Paper(firm, ACCENTS.get(accent, ACCENTS["navy"]), title).pdf(text)


def draw_closed_paper(title: str) -> bytes:
    """A PDF that nobody reads who has no password for it."""
    kept = io.BytesIO()
    canvas = Canvas(kept, encrypt=StandardEncryption("not told", canPrint=0))
    canvas.drawString(LEFT, 760, title)
    canvas.save()
    return kept.getvalue()


def send_paper(name: str, content: bytes) -> Arrival:
    """Put a file into quarantine, as an upload does."""
    stored = resources().store.put(f"documents/{new_id()}", content, "application/octet-stream")
    return Arrival(stored.key, name, stored.size)


def keep_paper(title: str, content: bytes) -> Release:
    """Keep a PDF that was drawn here, which needs no check."""
    stored = resources().store.put(f"documents/{new_id()}", content, CONTENT_TYPES["pdf"])
    digest = hashlib.sha256(content).hexdigest()
    return Release(stored.key, f"{title}.pdf", "pdf", len(content), digest, count_pages(content))


def place_to_sign(number: int) -> tuple[Decimal, Decimal]:
    """Where the field of the signature over line `number` (from 0) begins: across and down, in parts of the page."""
    return SIGNING[number % 2], FIRST_LINE + number // 2 * NEXT_LINE - ABOVE_LINE


class _Paper:
    def __init__(self, firm: str, accent: str, title: str) -> None:
        self.firm, self.accent, self.title = firm, accent, title
        self.sheets = Sheets(self._running_head)

    def pdf(self, text: str) -> bytes:
        self._letterhead()
        for block in text.strip().split("\n\n"):
            self._block(block.strip())
        return self.sheets.write(self._foot, title=self.title, author=self.firm)

    def _letterhead(self) -> None:
        at = self.sheets
        at.down(6)
        at.text(LEFT, self.firm, Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(44)
        at.paragraph(LEFT, self.title, TITLE, most=RIGHT - LEFT, leading=25)
        at.down(14)

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, self.firm, Style(SEMIBOLD, 8.5, self.accent))
        at.text(RIGHT, self.title, FINE, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(30)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=12)
        below.text(LEFT, "An invented paper of an invented firm", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        return below.pages[0]

    def _block(self, block: str) -> None:
        at = self.sheets
        if block == "---":
            at.room(PAGE_HEIGHT)
        elif block.startswith("## "):
            at.room(60)
            at.down(8)
            at.text(LEFT, block[3:], HEADING)
            at.down(20)
        elif block.startswith("|"):
            self._table(block.splitlines())
        elif block.startswith("@sign "):
            self._lines_to_sign(block.removeprefix("@sign ").split(" | "))
        else:
            self._prose(block)

    def _prose(self, block: str) -> None:
        at = self.sheets
        for line in block.splitlines() if block.startswith("- ") else [" ".join(block.split())]:
            item = line.startswith("- ")
            if item:
                at.room(LEADING)
                at.text(LEFT + 4, "•", QUIET)
            start = LEFT + 18 * item
            at.paragraph(start, line.removeprefix("- "), BODY, most=RIGHT - start, leading=LEADING)
        at.down(8)

    def _table(self, rows: list[str]) -> None:
        at = self.sheets
        at.room(19.0 * min(len(rows), 12))
        for number, row in enumerate(rows):
            first, *figures = (cell.strip() for cell in row.strip("|").split("|"))
            style = CELL if number else STRONG
            at.room(19)
            at.text(LEFT, first, style)
            for place, figure in enumerate(reversed(figures)):
                at.text(RIGHT - 92.0 * place, figure, style, right=True)
            at.rule(LEFT, RIGHT, above=-6, weight=0.4 if number else 0.8)
            at.down(19)
        at.down(10)

    def _lines_to_sign(self, labels: list[str]) -> None:
        at = self.sheets
        for number, label in enumerate(labels):
            x, y = place_to_sign(number)
            start = float(x) * PAGE_WIDTH
            at.y = PAGE_HEIGHT * (1 - float(y + ABOVE_LINE))
            at.rule(start, start + 0.34 * PAGE_WIDTH, weight=0.6, colour="#85898f")
            at.down(19)
            at.text(start, label, FINE)
