"""Capital account statements on paper. All figures come from the snapshot; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.investments.statements.values.notes import Note, list_notes
from portal.domain.investments.statements.values.snapshots import (
    LINE_LABELS,
    SIDE_LABELS,
    Correction,
    Line,
    Side,
    Snapshot,
    StatedTransaction,
)
from portal.platform import formatting
from portal.printing.sheets import BOTTOM, LEFT, RIGHT, Page, Sheets, Style
from portal.printing.typefaces import SEMIBOLD, width, wrapped

ACCENTS = {
    "navy": "#1d3a66",
    "blue": "#1a5fae",
    "teal": "#0b6068",
    "forest": "#235c3a",
    "bronze": "#7a4d12",
    "wine": "#7d2240",
    "plum": "#5b3a80",
    "slate": "#3c4654",
}
INK, GREY, DARK = "#17191d", "#565b65", "#85898f"
BODY, STRONG, QUIET = Style(), Style(SEMIBOLD), Style(colour=GREY)
LABEL, FINE, HEADING = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY), Style(SEMIBOLD, 10.5)
COLUMNS = (RIGHT - 196.0, RIGHT - 96.0, RIGHT - 2.5)
ROW = 15.0
RATIOS = (("dpi", "DPI"), ("rvpi", "RVPI"), ("tvpi", "TVPI"), ("pic", "PIC"))


@dataclass(frozen=True, slots=True)
class Edition:
    """What is printed around the figures: their digest (hex), where the PDF can be checked, the firm's accent and
    locale."""

    figures_digest: str
    verify_at: str
    accent: str
    locale: str


def print_statement(snapshot: Snapshot, edition: Edition) -> bytes:
    """The PDF of a statement; the same snapshot and edition give the same bytes."""
    return _Statement(snapshot, edition).pdf()


class _Statement:
    def __init__(self, snapshot: Snapshot, edition: Edition) -> None:
        self.snapshot = snapshot
        self.edition = edition
        self.labels = snapshot.labels
        self.accent = ACCENTS.get(edition.accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        self._letterhead()
        self._lines("Capital account", self.snapshot.account_lines)
        self._lines("Commitment", self.snapshot.commitment_lines)
        self._performance()
        if self.snapshot.correction is not None:
            self._correction(self.snapshot.correction)
        self._transactions()
        for name, side in self.snapshot.sides.items():
            if name != "account":
                self._beside(SIDE_LABELS[name], side)
        self._notes()
        title = f"Capital account statement {self.snapshot.number}"
        return self.sheets.write(self._foot, title=title, author=self.snapshot.firm)

    # Head and foot

    def _letterhead(self) -> None:
        at, snapshot = self.sheets, self.snapshot
        at.down(6)
        at.text(LEFT, snapshot.firm, Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(34)
        at.text(LEFT, "Capital account statement", Style(SEMIBOLD, 19))
        at.down(16)
        length = snapshot.period.frequency.value.capitalize()
        at.text(LEFT, f"{length} ended {self._day(snapshot.period.ends_on)}", Style(size=10, colour=GREY))
        at.down(26)
        middle = LEFT + 290
        version = f"{snapshot.number}, version {snapshot.version}" if snapshot.version > 1 else snapshot.number
        left = [("Account", snapshot.account), ("Vehicle", snapshot.vehicle)]
        right = [("Statement", version), ("Prepared", self._day(snapshot.prepared_on)), ("Currency", snapshot.currency)]
        top = at.y
        low = self._particulars(LEFT, left, middle - LEFT - 70)
        at.y = top
        at.y = min(low, self._particulars(middle, right, RIGHT - middle - 52, indent=52))
        at.down(8)

    def _particulars(self, x: float, pairs: Sequence[tuple[str, str]], most: float, indent: float = 46) -> float:
        for label, value in pairs:
            self.sheets.text(x, label, QUIET)
            self.sheets.paragraph(x + indent, value, STRONG, most=most, leading=13)
        return self.sheets.y

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, self.snapshot.firm, Style(SEMIBOLD, 8.5, self.accent))
        (name,) = wrapped(self.snapshot.account, LABEL.font, LABEL.size, 320)[:1] or [""]
        at.text(RIGHT, f"{name} · {self.snapshot.number}", LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        below.text(LEFT, f"Statement {self.snapshot.number} · Figures {self.edition.figures_digest}", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        below.down(10)
        below.text(LEFT, f"Check that this document is genuine: {self.edition.verify_at}", FINE)
        return below.pages[0]

    # Parts

    def _heading(self, text: str, room: float, *, unit: str = "") -> None:
        at = self.sheets
        at.room(room)
        at.down(10)
        at.text(LEFT, text, HEADING)
        at.text(LEFT + width(text, HEADING.font, HEADING.size) + 5, unit, LABEL)

    def _lines(self, title: str, lines: Sequence[Line]) -> None:
        at, snapshot = self.sheets, self.snapshot
        self._heading(title, ROW * (len(lines) + 2) + 10, unit=snapshot.currency)
        names = (snapshot.period.label, "Year to date", "Since inception")
        for x, name in zip(COLUMNS, names, strict=True):
            at.text(x, name, LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for line in lines:
            self._line(line, last=line is lines[-1])
        at.down(14)

    def _beside(self, name: str, side: Side) -> None:
        """The lines of the general partner or the fund, on one page where they fit on one."""
        self.sheets.room(ROW * (len(side.lines) + 4) + 48)
        self._lines(f"{name}: capital account", side.account_lines)
        self._lines(f"{name}: commitment", side.commitment_lines)

    def _line(self, line: Line, *, last: bool) -> None:
        at, style = self.sheets, STRONG if line.total else BODY
        at.down(ROW - 4)
        if line.total:
            at.rule(LEFT, RIGHT, above=ROW - 4.2, colour=DARK, weight=0.6)
        at.text(LEFT, self.labels[line.code], style)
        for x, amount in zip(COLUMNS, (line.period, line.year, line.inception), strict=True):
            at.figure(x, self._money(amount), style)
        at.down(4)
        at.rule(LEFT, RIGHT, colour=INK if last else "#e2e2de", weight=0.9 if last else 0.35)

    def _performance(self) -> None:
        at, returns = self.sheets, self.snapshot.performance
        self._heading("Performance since inception", 92, unit=self.snapshot.currency)
        at.text(COLUMNS[2], f"Net, as of {self._day(returns.as_of)}", LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        nav = "Adjusted net asset value" if returns.nav_adjusted else "Net asset value"
        rate = "IRR" if returns.irr_annualised else "IRR, not annualised"
        amounts = (("Paid in", returns.paid_in), ("Distributed", returns.distributed), (nav, returns.nav))
        ratios = [(label, formatting.ratio(getattr(returns, name), self.edition.locale)) for name, label in RATIOS]
        percent = formatting.percent(returns.irr, self.edition.locale)
        self._figures([(label, self._money(amount)) for label, amount in amounts], 3)
        self._figures([*ratios, (rate, percent)], 5)
        at.down(12)

    def _figures(self, pairs: Sequence[tuple[str, str]], columns: int) -> None:
        at, step = self.sheets, (RIGHT - LEFT) / columns
        at.down(16)
        for place, (label, _) in enumerate(pairs):
            at.text(LEFT + place * step, label, LABEL)
        at.down(13)
        for place, (_, value) in enumerate(pairs):
            at.text(LEFT + place * step, value, Style(SEMIBOLD, 10.5))

    def _transactions(self) -> None:
        at, listed = self.sheets, self.snapshot.transactions
        self._heading(f"Transactions in {self.snapshot.period.label}", 60, unit=self.snapshot.currency)
        if not listed:
            at.down(ROW)
            at.text(LEFT, "There were none.", QUIET)
            at.down(16)
            return
        self._transaction_columns()
        for each in listed:
            if at.y - ROW < BOTTOM:
                at.room(ROW)
                self._transaction_columns()
            self._transaction(each)
        at.down(14)

    def _transaction_columns(self) -> None:
        at = self.sheets
        at.text(COLUMNS[1], "Capital account", LABEL, right=True)
        at.text(COLUMNS[2], "Unfunded", LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)

    def _transaction(self, each: StatedTransaction) -> None:
        at = self.sheets
        at.down(ROW - 4)
        at.text(LEFT, self._day(each.on), QUIET)
        at.text(LEFT + 72, each.label, BODY)
        reference = wrapped(each.reference, QUIET.font, QUIET.size, 118)
        at.text(LEFT + 178, reference[0] if reference else "", QUIET)
        at.figure(COLUMNS[1], self._money(each.account_effect), BODY)
        at.figure(COLUMNS[2], self._money(each.unfunded_effect), BODY)
        at.down(4)
        at.rule(LEFT, RIGHT, colour="#e2e2de", weight=0.35)

    def _correction(self, correction: Correction) -> None:
        at = self.sheets
        self._heading(f"Replaces {correction.number}, version {correction.version}", 70)
        at.down(14)
        at.paragraph(LEFT, correction.reason, BODY, most=RIGHT - LEFT, leading=12)
        at.down(2)
        at.text(COLUMNS[1], "Before", LABEL, right=True)
        at.text(COLUMNS[2], "Now", LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for change in correction.changes:
            at.room(ROW)
            at.down(ROW - 4)
            label = self.labels.get(change.figure, change.figure.upper())
            whose = "" if change.side == "account" else f"{SIDE_LABELS[change.side]}: "
            at.text(LEFT, f"{whose}{label}, {self._column(change.column)}", BODY)
            at.figure(COLUMNS[1], self._changed(change.figure, change.before), QUIET)
            at.figure(COLUMNS[2], self._changed(change.figure, change.after), BODY)
            at.down(4)
            at.rule(LEFT, RIGHT, colour="#e2e2de", weight=0.35)
        at.down(14)

    def _notes(self) -> None:
        """The small print, on one page where it fits on one."""
        at, most = self.sheets, RIGHT - LEFT
        sentences = [self._sentence(note) for note in list_notes(self.snapshot)]
        at.room(4 + sum(9.2 * len(wrapped(each, FINE.font, FINE.size, most)) + 2 for each in sentences))
        at.down(4)
        for sentence in sentences:
            at.paragraph(LEFT, sentence, FINE, most=most, leading=9.2)
            at.down(2)

    # Words

    def _sentence(self, note: Note) -> str:
        shown = {name: self._day(each) if isinstance(each, date) else each for name, each in note.values.items()}
        return note.text % shown

    def _column(self, column: str) -> str:
        names = {"period": self.snapshot.period.label, "year": "year to date", "inception": "since inception"}
        return names[column]

    def _changed(self, figure: str, text: str | None) -> str:
        if text is None or figure in LINE_LABELS:
            return self._money(None if text is None else Decimal(text))
        show = formatting.percent if figure == "irr" else formatting.ratio
        return show(Decimal(text), self.edition.locale)

    def _money(self, amount: Decimal | None) -> str:
        return formatting.money(amount, self.snapshot.currency, self.edition.locale)

    def _day(self, value: date) -> str:
        return formatting.day(value, self.edition.locale)
