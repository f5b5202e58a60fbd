"""Receipts of payments on paper. All figures come from the values; nothing but their total is computed here."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from portal.domain.investments.payments.values.matching import DueKind
from portal.domain.investments.payments.values.papers import ReceiptPaper
from portal.platform import formatting
from portal.printing.sheets import BOTTOM, LEFT, RIGHT, Page, Sheets, Style
from portal.printing.statements import ACCENTS
from portal.printing.typefaces import SEMIBOLD, wrapped

INK, GREY, DARK, PALE = "#17191d", "#565b65", "#85898f", "#e2e2de"
BODY, STRONG, QUIET = Style(), Style(SEMIBOLD), Style(colour=GREY)
LABEL, FINE = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY)
VEHICLE, REFERENCE, AMOUNT, ROW = LEFT + 125, RIGHT - 165.0, RIGHT - 2.5, 15.0
KINDS = {DueKind.CALL: "Capital call", DueKind.LATE_INTEREST: "Interest, paid late", DueKind.PAYBACK: "Carry paid back"}


def print_receipt(paper: ReceiptPaper, *, accent: str, locale: str) -> bytes:
    """The PDF of a receipt; the same paper gives the same bytes."""
    return _Receipt(paper, accent, locale).pdf()


class _Receipt:
    def __init__(self, paper: ReceiptPaper, accent: str, locale: str) -> None:
        self.paper, self.locale = paper, locale
        self.accent = ACCENTS.get(accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        self._letterhead()
        if self.paper.undone_on is not None:
            self._taken_back(self.paper.undone_on)
        self._lines()
        return self.sheets.write(self._foot, title=self.paper.title, author=self.paper.firm)

    def _letterhead(self) -> None:
        at, paper = self.sheets, self.paper
        at.down(6)
        at.text(LEFT, paper.firm, Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(34)
        at.text(LEFT, "Receipt of payment", Style(SEMIBOLD, 19))
        at.down(16)
        at.text(LEFT, f"Booked {self._day(paper.booked_on)}", Style(size=10, colour=GREY))
        at.down(26)
        for label, value in (("Account", paper.account), ("Value date", self._day(paper.value_on))):
            at.text(LEFT, label, QUIET)
            at.paragraph(LEFT + 62, value, STRONG, most=RIGHT - LEFT - 62, leading=13)
        at.down(14)

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, self.paper.firm, Style(SEMIBOLD, 8.5, self.accent))
        (name,) = wrapped(self.paper.account, LABEL.font, LABEL.size, 320)[:1] or [""]
        at.text(RIGHT, f"{name} · Receipt of payment", LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _taken_back(self, on: date) -> None:
        text = f"Taken back on {self._day(on)}: the payment is matched anew, and this receipt counts no longer."
        self.sheets.paragraph(LEFT, text, STRONG, most=RIGHT - LEFT, leading=13)
        self.sheets.down(10)

    def _lines(self) -> None:
        at, paper = self.sheets, self.paper
        for x, name in ((LEFT, "For"), (VEHICLE, "Vehicle"), (REFERENCE, "Reference")):
            at.text(x, name, LABEL)
        at.text(AMOUNT, f"Amount {paper.currency}", LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for line in paper.lines:
            self._row(KINDS[line.kind], line.vehicle, line.reference, line.amount, BODY)
        if paper.excess:
            self._row("Paid too much", "kept for you: it is refunded or pays another call", "", paper.excess, BODY)
        self._row("Received", "", "", paper.total, STRONG)

    def _row(self, label: str, vehicle: str, reference: str, amount: Decimal, style: Style) -> None:
        at = self.sheets
        first, *rest = wrapped(vehicle, style.font, style.size, REFERENCE - VEHICLE - 10) or [""]
        at.room(ROW + 11 * len(rest))
        at.down(ROW - 4)
        at.text(LEFT, label, style)
        at.text(VEHICLE, first, style)
        at.text(REFERENCE, reference, style)
        at.figure(AMOUNT, formatting.money(amount, self.paper.currency, self.locale), style)
        for line in rest:
            at.down(11)
            at.text(VEHICLE, line, style)
        at.down(4)
        at.rule(LEFT, RIGHT, colour=INK if style is STRONG else PALE, weight=0.9 if style is STRONG else 0.35)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        digest = hashlib.sha256(self.paper.content()).hexdigest()[:16]
        grouped = " ".join(digest[place : place + 4] for place in range(0, 16, 4))
        below.text(LEFT, f"Receipt of payment · Figures {grouped}", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        return below.pages[0]

    def _day(self, value: date) -> str:
        return formatting.day(value, self.locale)
