"""Subscription agreements on paper. What is agreed to comes from frozen values; nothing is computed here."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.investments.subscriptions.values.agreements import FIRM_SEAT, INVESTOR_SEAT, SIGNED_AT, Agreement
from portal.platform import formatting
from portal.printing.sheets import BOTTOM, LEFT, PAGE_HEIGHT, RIGHT, TOP, Page, Sheets, Style
from portal.printing.statements import ACCENTS
from portal.printing.typefaces import SEMIBOLD, legible

GREY = "#565b65"
BODY, QUIET = Style(size=9.5), Style(colour=GREY)
LABEL, FINE, HEADING = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY), Style(SEMIBOLD, 11)
INDENT, LEADING = 150.0, 13.5
ANSWERS = {"yes": "Yes", "no": "No"}


def print_agreement(agreement: Agreement) -> bytes:
    """The PDF of a subscription agreement, its last page for signatures; the same values give the same bytes."""
    return _Printed(agreement).pdf()


class _Printed:
    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.accent = ACCENTS.get(agreement.accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        made = self.agreement
        self._letterhead()
        self._pairs(self._particulars())
        self._heading("Terms")
        self._paragraph(made.terms)
        self._heading("What the investor states")
        for number, statement in enumerate(made.statements, 1):
            self._paragraph(f"{number}. {statement}")
        if made.answers:
            self._heading("What the investor answered")
            for question, answer in made.answers:
                self._paragraph(question, QUIET)
                self._paragraph(ANSWERS.get(answer, answer))
        self._signature_page()
        title = f"Subscription agreement: {made.offering}, {made.account}"
        return self.sheets.write(self._foot, title=title, author=made.firm)

    def _particulars(self) -> list[tuple[str, str]]:
        made = self.agreement
        lines = [
            ("Investor", f"{made.account} ({made.account_kind}{', ' + made.residence if made.residence else ''})"),
            ("Signs for the investor", made.investor),
            ("Offering", made.offering),
            ("Vehicle", made.vehicle),
            ("Amount asked for", self._money(made.requested)),
            ("Amount accepted", f"{self._money(made.accepted)}: this is the commitment"),
        ]
        if made.close_on:
            lines.append(("Close", formatting.day(made.close_on, made.locale)))
        asked = f"version {made.form_version}, submitted {formatting.day(made.submitted_on, made.locale)}"
        return [*lines, ("Questions and terms", asked), ("Subscription", str(made.subscription_id))]

    def _money(self, amount: Decimal) -> str:
        made = self.agreement
        return f"{made.currency} {formatting.money(amount, made.currency, made.locale)}"

    def _letterhead(self) -> None:
        at = self.sheets
        at.down(6)
        at.text(LEFT, legible(self.agreement.firm), Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(34)
        at.text(LEFT, "Subscription agreement", Style(SEMIBOLD, 19))
        at.down(26)

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, legible(self.agreement.firm), Style(SEMIBOLD, 8.5, self.accent))
        at.text(RIGHT, "Subscription agreement", LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _heading(self, text: str) -> None:
        self.sheets.room(60)
        self.sheets.down(12)
        self.sheets.text(LEFT, text, HEADING)
        self.sheets.down(18)

    def _paragraph(self, text: str, style: Style = BODY) -> None:
        """Text as it was entered, each of its lines beginning anew, whichever way the browser ended them."""
        for line in text.splitlines():
            self.sheets.paragraph(LEFT, legible(line), style, most=RIGHT - LEFT, leading=LEADING)
            self.sheets.down(4)

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        for label, value in pairs:
            self.sheets.room(LEADING)
            self.sheets.text(LEFT, label, QUIET)
            self.sheets.paragraph(LEFT + INDENT, legible(value), BODY, most=RIGHT - LEFT - INDENT, leading=LEADING)

    def _signature_page(self) -> None:
        """A page of its own, its boxes where the signatures are put."""
        at, made = self.sheets, self.agreement
        at.y = BOTTOM
        at.room(TOP - BOTTOM)
        at.text(LEFT, "Signatures", HEADING)
        at.down(18)
        self._paragraph(
            f"By signing, {made.account} subscribes to {made.offering} for {self._money(made.accepted)} on the terms"
            f" above, and {made.firm} accepts. Neither is bound before both have signed."
        )
        whose = {
            INVESTOR_SEAT: (f"For {made.account}", made.investor),
            FIRM_SEAT: (f"For {made.firm}", made.countersigner),
        }
        for seat, (party, name) in whose.items():
            top = PAGE_HEIGHT * (1 - float(SIGNED_AT[seat]))
            at.y = top
            at.text(LEFT, legible(f"{party}: {name}"), Style(SEMIBOLD, 9.5))
            for label, down in (("Signature", 0.07), ("Name", 0.13), ("Date", 0.17)):
                at.y = top - PAGE_HEIGHT * down
                at.text(LEFT, label, QUIET)
                at.rule(LEFT + 0.3 * PAGE_HEIGHT * 0.4, RIGHT, above=-4)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        below.text(LEFT, f"Subscription {self.agreement.subscription_id}", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        return below.pages[0]
