"""Notices of calls and distributions on paper. All figures come from the frozen notice; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.domain.investments.notices.values import Notice, NoticeKind, NoticeLine
from portal.platform import formatting
from portal.printing.sheets import BOTTOM, LEFT, RIGHT, Page, Sheets, Style
from portal.printing.statements import ACCENTS, Edition
from portal.printing.typefaces import SEMIBOLD, width, wrapped

INK, GREY, DARK, PALE = "#17191d", "#565b65", "#85898f", "#e2e2de"
BODY, STRONG, QUIET = Style(), Style(SEMIBOLD), Style(colour=GREY)
LABEL, FINE, HEADING = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY), Style(SEMIBOLD, 10.5)
FUND, ACCOUNT, EFFECT = RIGHT - 216.0, RIGHT - 110.0, RIGHT - 2.5
ROW = 15.0
PAYBACKS = (NoticeKind.PAYBACK, NoticeKind.PAYBACK_CANCELLED)
FILES = {
    NoticeKind.CALL: "Call", NoticeKind.CALL_CANCELLED: "Call", NoticeKind.DISTRIBUTION: "Distribution",
    NoticeKind.DISTRIBUTION_CANCELLED: "Distribution", NoticeKind.PAYBACK: "Carry",
    NoticeKind.PAYBACK_CANCELLED: "Carry",
}  # fmt: skip
METHODS = {"ach": ("Routing number (ABA)", "Account number"), "iban": ("BIC", "IBAN")}


def print_notice(notice: Notice, edition: Edition) -> bytes:
    """The PDF of a notice; the same notice and edition give the same bytes."""
    return _Notice(notice, edition).pdf()


class _Notice:
    def __init__(self, notice: Notice, edition: Edition) -> None:
        self.notice, self.edition = notice, edition
        self.accent = ACCENTS.get(edition.accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        notice = self.notice
        self._letterhead()
        self._words()
        self._due()
        if notice.called:
            by = f" by {notice.netted_call}" if notice.netted_call else ""
            title = "What was called" if notice.cancels else f"What is called{by}"
            self._lines(title, "Effect on unfunded", notice.called)
        if notice.paid_out:
            self._lines(self._paid_out_title(), "Effect on unfunded", notice.paid_out)
        self._sums()
        if notice.pays_out:
            self._own_bank()
        elif notice.paid_to is not None and not notice.cancels:
            self._bank()
        self._standing()
        title = f"{notice.title} {notice.number}"
        return self.sheets.write(self._foot, title=title, author=notice.firm)

    # Head and foot

    def _letterhead(self) -> None:
        at, notice = self.sheets, self.notice
        at.down(6)
        at.text(LEFT, notice.firm, Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(34)
        at.text(LEFT, notice.title, Style(SEMIBOLD, 19))
        at.down(16)
        at.text(LEFT, f"Notice {notice.number} · issued {self._day(notice.issued_on)}", Style(size=10, colour=GREY))
        at.down(26)
        left = [("Account", notice.account), ("Vehicle", notice.vehicle)]
        right = [("Currency", notice.currency)]
        if notice.account_number:
            right.append(("Account no.", notice.account_number))
        top, middle = at.y, LEFT + 290
        low = self._particulars(LEFT, left, middle - LEFT - 70)
        at.y = top
        at.y = min(low, self._particulars(middle, right, RIGHT - middle - 60, indent=60))
        at.down(8)

    def _particulars(self, x: float, pairs: Sequence[tuple[str, str]], most: float, indent: float = 46) -> float:
        for label, value in pairs:
            self.sheets.text(x, label, QUIET)
            self.sheets.paragraph(x + indent, value, STRONG, most=most, leading=13)
        return self.sheets.y

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, self.notice.firm, Style(SEMIBOLD, 8.5, self.accent))
        (name,) = wrapped(self.notice.account, LABEL.font, LABEL.size, 320)[:1] or [""]
        at.text(RIGHT, f"{name} · {self.notice.number}", LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        digest = self.edition.figures_digest[:16]
        grouped = " ".join(digest[place : place + 4] for place in range(0, 16, 4))
        below.text(LEFT, f"{self.notice.title} {self.notice.number} · Figures {grouped}", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        below.down(10)
        below.text(LEFT, f"Compare with the notice in the portal: {self.edition.verify_at}", FINE)
        return below.pages[0]

    # Parts

    def _words(self) -> None:
        """What it is for, why it takes something back, what it replaces."""
        notice = self.notice
        said = [notice.purpose, notice.reason, f"Replaces {notice.replaces}." if notice.replaces else ""]
        for text in filter(None, said):
            self.sheets.paragraph(LEFT, text, BODY, most=RIGHT - LEFT, leading=12.5)
            self.sheets.down(5)

    def _due(self) -> None:
        """The amount and the day, as large as what matters most."""
        at, notice = self.sheets, self.notice
        at.room(60)
        at.down(8)
        at.rule(LEFT, RIGHT, above=12, colour=self.accent, weight=0.8)
        at.down(8)
        at.text(LEFT, self._due_label(), LABEL)
        at.text(RIGHT - 2.5, self._day_label(), LABEL, right=True)
        at.down(19)
        amount = f"{notice.currency} {self._money(abs(notice.net_due))}"
        at.text(LEFT, amount, Style(SEMIBOLD, 16))
        at.text(RIGHT - 2.5, self._day(notice.due_on), Style(SEMIBOLD, 16 if not notice.cancels else 10), right=True)
        at.down(12)
        at.rule(LEFT, RIGHT, colour=self.accent, weight=0.8)
        at.down(16)

    def _due_label(self) -> str:
        if self.notice.cancels:
            return "Cancelled"
        if not self.notice.net_due:
            return "Nothing is left to pay"
        return "Net amount to pay" if self.notice.net_due > 0 else "Net amount you are paid"

    def _day_label(self) -> str:
        if self.notice.cancels:
            return "Was due on"
        if not self.notice.net_due:
            return "On"
        return "Pay by" if self.notice.net_due > 0 else "You are paid on"

    def _paid_out_title(self) -> str:
        how = "back" if self.notice.kind in PAYBACKS else "out"
        return f"What was to be paid {how}" if self.notice.cancels else f"What is paid {how}"

    def _heading(self, text: str, room: float) -> None:
        at = self.sheets
        at.room(room)
        at.down(10)
        at.text(LEFT, text, HEADING)
        at.text(LEFT + width(text, HEADING.font, HEADING.size) + 5, self.notice.currency, LABEL)

    def _lines(self, title: str, effect: str, lines: Sequence[NoticeLine]) -> None:
        at = self.sheets
        self._heading(title, ROW * (len(lines) + 3))
        for x, name in ((FUND, "Whole fund"), (ACCOUNT, "Your part"), (EFFECT, effect)):
            at.text(x, name, LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for line in lines:
            self._row(line.label, (line.fund, line.account, line.unfunded_effect), BODY)
        sums = [sum((row[place] for row in map(_figures, lines)), Decimal(0)) for place in range(3)]
        self._row("Total", sums, STRONG)
        at.down(12)

    def _row(self, label: str, figures: Sequence[Decimal], style: Style) -> None:
        at = self.sheets
        at.room(ROW)
        at.down(ROW - 4)
        first, *rest = wrapped(label, style.font, style.size, FUND - LEFT - 90) or [""]
        at.text(LEFT, first, style)
        for x, figure in zip((FUND, ACCOUNT, EFFECT), figures, strict=True):
            at.figure(x, self._money(figure), style)
        for line in rest:
            at.down(11)
            at.text(LEFT, line, style)
        at.down(4)
        at.rule(LEFT, RIGHT, colour=INK if style is STRONG else PALE, weight=0.9 if style is STRONG else 0.35)

    def _sums(self) -> None:
        """What lies between the lines and the net amount."""
        notice = self.notice
        if notice.netted_call:
            self._pairs("One against the other", self._netting())
        elif notice.withheld or notice.in_kind:
            self._pairs("From the total to the net amount", self._taken_off())

    def _taken_off(self) -> list[tuple[str, str]]:
        notice = self.notice
        steps = [
            ("Paid out in kind", notice.in_kind, notice.in_kind),
            ("Withheld from what is paid out", notice.withheld, notice.withheld),
            ("Paid out in money, after tax", notice.net_paid_out, True),
        ]
        return [(label, self._money(amount)) for label, amount, shown in steps if shown]

    def _netting(self) -> list[tuple[str, str]]:
        notice, rest = self.notice, "Still to pay" if self.notice.net_due > 0 else "Still paid out"
        steps = [
            ("Paid of the call before", notice.settled, notice.settled),
            ("Open on the call", notice.open_due, True),
            ("Paid out in kind", notice.in_kind, notice.in_kind),
            ("Withheld from what is paid out", notice.withheld, notice.withheld),
            ("Paid out in money, after tax", notice.net_paid_out, True),
            ("Netted, the lesser of what is open and what is paid out", notice.netted, True),
            (rest, abs(notice.net_due), True),
        ]
        return [(label, self._money(amount)) for label, amount, shown in steps if shown]

    def _bank(self) -> None:
        paid_to = self.notice.paid_to
        assert paid_to is not None
        routing, number = METHODS[paid_to.method]
        pairs = [("Account holder", paid_to.holder), ("Bank", paid_to.bank)]
        pairs += [(routing, paid_to.routing)] if paid_to.routing else []
        pairs += [(number, paid_to.number), ("Reference, please repeat it", self.notice.reference)]
        to = "Pay to" if self.notice.net_due >= 0 else "Is paid to"
        self._pairs(to, pairs, unit=False)
        text = (
            "Bank details are never changed by e-mail. If a message asks for another account, call us before you pay."
        )
        self._warning(text)

    def _own_bank(self) -> None:
        """Where money goes that is the account's: its number stands in no paper."""
        day = self._day(self.notice.due_on)
        pairs = [
            ("Account holder", self.notice.account),
            ("Bank account", f"the one in force in the portal on {day}"),
            ("Reference", self.notice.reference),
        ]
        self._pairs("Is paid to", pairs, unit=False)
        self._warning("Bank details are changed in the portal alone, never by e-mail.")

    def _warning(self, text: str) -> None:
        self.sheets.paragraph(LEFT, text, QUIET, most=RIGHT - LEFT, leading=11)
        self.sheets.down(8)

    def _standing(self) -> None:
        notice = self.notice
        part = notice.part_of_fund
        share = "" if part is None else f" ({formatting.percent(part, self.edition.locale)} of the fund)"
        self._pairs(
            "Where the account stands",
            [
                ("Commitment of the whole fund", self._money(notice.fund_commitment)),
                (f"Commitment of the account{share}", self._money(notice.commitment)),
                ("Contributed before this notice", self._money(notice.contributed)),
                ("Distributed before this notice", self._money(notice.distributed)),
                ("Unfunded before", self._money(notice.unfunded_before)),
                ("Unfunded after", self._money(notice.unfunded_after)),
            ],
        )

    def _pairs(self, title: str, pairs: Sequence[tuple[str, str]], *, unit: bool = True) -> None:
        at = self.sheets
        at.room(ROW * (len(pairs) + 1))
        at.down(10)
        at.text(LEFT, title, HEADING)
        if unit:
            at.text(LEFT + width(title, HEADING.font, HEADING.size) + 5, self.notice.currency, LABEL)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for label, value in pairs:
            at.down(ROW - 4)
            at.text(LEFT, label, BODY)
            at.figure(EFFECT, value, STRONG)
            at.down(4)
            at.rule(LEFT, RIGHT, colour=PALE, weight=0.35)
        at.down(12)

    def _money(self, amount: Decimal) -> str:
        return formatting.money(amount, self.notice.currency, self.edition.locale)

    def _day(self, value: date) -> str:
        return formatting.day(value, self.edition.locale)


def _figures(line: NoticeLine) -> tuple[Decimal, Decimal, Decimal]:
    return line.fund, line.account, line.unfunded_effect


def file_name(notice: Notice) -> str:
    """What a notice's file is called on its reader's disk, without its ending."""
    if notice.netted_call:
        return f"Call and distribution notice {notice.number} {notice.vehicle.rstrip('.')}"
    return f"{FILES[notice.kind]} notice {notice.number} {notice.vehicle.rstrip('.')}"
