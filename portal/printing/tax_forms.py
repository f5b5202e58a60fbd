"""Tax forms on paper. All figures come from the frozen form; nothing is computed here.

A Schedule K-1 is given as a data sheet, a Form 1099 and a Form 1042-S as a substitute of the recipient's copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, BoxKind, FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Filled, Recipient, Stage, TaxForm
from portal.domain.investments.tax_forms.values.incomes import name_income
from portal.platform import formatting
from portal.printing.sheets import BOTTOM, LEFT, RIGHT, Page, Sheets, Style
from portal.printing.statements import ACCENTS, Edition
from portal.printing.typefaces import SEMIBOLD, wrapped

INK, GREY, DARK, PALE, ALERT = "#17191d", "#565b65", "#85898f", "#e2e2de", "#8f2d1f"
BODY, STRONG, QUIET = Style(), Style(SEMIBOLD), Style(colour=GREY)
LABEL, FINE, HEADING = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY), Style(SEMIBOLD, 10.5)
NUMBER, TEXT, VALUE = LEFT, LEFT + 78, RIGHT - 2.5
ROW = 15.0
CAPITAL = (
    "Item L is the partner’s capital account on the tax basis method. It does not equal the capital account in your "
    "statements, which is kept at fair value."
)
IMPORTANT = (
    "This is important tax information and is being furnished to the IRS. If you are required to file a return, a "
    "negligence penalty or other sanction may be imposed on you if this income is taxable and the IRS determines that "
    "it has not been reported."
)
ESTIMATED = "An estimate, not a tax form: figures may change. Do not file a return with it; the final form follows."
DATA_SHEET = "The figures of your Schedule K-1 (Form 1065), which the partnership furnishes to the IRS."
LEGENDS = {FormKind.K1: DATA_SHEET, FormKind.DIV: IMPORTANT, FormKind.INT: IMPORTANT}
PARTS = {"J": "Partner’s share", "K": "Partner’s share of liabilities", "L": "Partner’s capital account analysis"}
PARTS["N"] = "Section 704(c)"


def print_tax_form(form: TaxForm, recipient: Recipient, edition: Edition) -> bytes:
    """The PDF of a form; the same form, recipient and edition give the same bytes."""
    return _TaxForm(form, recipient, edition).pdf()


def file_name(form: TaxForm) -> str:
    """What a form's file is called on its reader's disk, without its ending."""
    name = {FormKind.K1: "K-1", FormKind.DIV: "1099-DIV", FormKind.INT: "1099-INT", FormKind.FOREIGN: "1042-S"}[
        form.kind
    ]
    mark = " corrected" if form.corrected else " estimate" if form.stage is Stage.ESTIMATE else ""
    income = name_income(form.income).replace(",", "").replace("%", "percent")
    return " ".join(f"{name} {form.tax_year}{mark} {income} {form.payer.rstrip('.')}".split())


class _TaxForm:
    def __init__(self, form: TaxForm, recipient: Recipient, edition: Edition) -> None:
        self.form, self.recipient, self.edition = form, recipient, edition
        self.accent = ACCENTS.get(edition.accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        self._letterhead()
        self._marks()
        for title, boxes in self._parts():
            self._boxes(title, boxes)
        self._notes()
        return self.sheets.write(self._foot, title=f"{self.form.title}, {self.form.payer}", author=self.form.firm)

    # Head and foot

    def _letterhead(self) -> None:
        at, form = self.sheets, self.form
        at.down(6)
        at.text(LEFT, form.firm, Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(32)
        at.text(LEFT, FORM_NAMES[form.kind], Style(SEMIBOLD, 19))
        at.text(RIGHT, str(form.tax_year), Style(SEMIBOLD, 19), right=True)
        at.down(16)
        kind = "Data sheet" if form.kind is FormKind.K1 else "Substitute statement for the recipient"
        issued = formatting.day(form.issued_on, self.edition.locale)
        at.text(LEFT, f"{kind} · version {form.version} · issued {issued}", Style(size=10, colour=GREY))
        at.down(24)
        self._sides()

    def _sides(self) -> None:
        form, at = self.form, self.sheets
        payer = (
            "Partnership"
            if form.kind is FormKind.K1
            else "Withholding agent"
            if form.kind is FormKind.FOREIGN
            else "Payer"
        )
        holder = "Partner" if form.kind is FormKind.K1 else "Recipient"
        number = self.recipient.tax_number or "not known"
        left = [(payer, form.payer), ("EIN", form.payer_ein), ("Address", form.payer_address)]
        right = [(holder, form.recipient), ("TIN", number), ("Address", self.recipient.address or "not known")]
        if form.account_number:
            right.append(("Account no.", form.account_number))
        top, middle = at.y, LEFT + 250
        low = self._particulars(LEFT, left, 160)
        at.y = top
        at.y = min(low, self._particulars(middle, right, RIGHT - middle - 82))
        at.down(8)

    def _particulars(self, x: float, pairs: Sequence[tuple[str, str]], most: float) -> float:
        for label, value in pairs:
            self.sheets.text(x, label, QUIET)
            for line in value.splitlines() or [""]:
                self.sheets.paragraph(x + 82, line, STRONG, most=most, leading=12.5)
        return self.sheets.y

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, self.form.firm, Style(SEMIBOLD, 8.5, self.accent))
        (name,) = wrapped(self.form.recipient, LABEL.font, LABEL.size, 300)[:1] or [""]
        at.text(RIGHT, f"{name} · {FORM_NAMES[self.form.kind]} {self.form.tax_year}", LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        digest = self.edition.figures_digest[:16]
        grouped = " ".join(digest[place : place + 4] for place in range(0, 16, 4))
        below.text(LEFT, f"{FORM_NAMES[self.form.kind]} {self.form.tax_year} · Figures {grouped}", FINE)
        below.text(RIGHT, f"Page {number} of {pages}", FINE, right=True)
        below.down(10)
        below.text(LEFT, f"Compare with the form in the portal: {self.edition.verify_at}", FINE)
        return below.pages[0]

    # Parts

    def _marks(self) -> None:
        """What has to be known before the figures: corrected, estimated, to be sent on paper."""
        form, marks = self.form, []
        if form.corrected:
            marks.append(("CORRECTED", f"Takes the place of version {form.version - 1}. {form.reason}".strip()))
        if form.stage is Stage.ESTIMATE:
            marks.append(("ESTIMATE", ESTIMATED))
        if form.delivery is Delivery.PAPER:
            marks.append(("TO BE SENT ON PAPER", "No consent to electronic delivery is recorded for this account."))
        for mark, text in marks:
            self.sheets.text(LEFT, mark, Style(SEMIBOLD, 9, ALERT))
            self.sheets.down(12)
            self.sheets.paragraph(LEFT, text, BODY, most=RIGHT - LEFT, leading=12)
            self.sheets.down(6)

    def _parts(self) -> list[tuple[str, list[Filled]]]:
        parts: dict[str, list[Filled]] = {}
        for box in self.form.boxes:
            lettered = self.form.kind is FormKind.K1 and box.code[:1].isalpha()
            title = PARTS[box.code[:1]] if lettered else "Boxes"
            parts.setdefault(title, []).append(box)
        if not parts:
            parts["Boxes"] = []
        return list(parts.items())

    def _boxes(self, title: str, boxes: Sequence[Filled]) -> None:
        at = self.sheets
        at.room(ROW * 4)
        at.down(10)
        at.text(LEFT, title, HEADING)
        if any(box.kind is BoxKind.AMOUNT for box in boxes):
            at.text(VALUE, self.form.currency, LABEL, right=True)
        at.down(6)
        at.rule(LEFT, RIGHT, colour=DARK, weight=0.5)
        for box in boxes:
            self._row(box)
        if not boxes:
            at.down(ROW - 4)
            at.text(LEFT, "Nothing is reported for this year.", BODY)
            at.down(4)
        if title == PARTS["L"]:
            at.down(12)
            at.paragraph(LEFT, CAPITAL, QUIET, most=RIGHT - LEFT, leading=11)
        at.down(8)

    def _row(self, box: Filled) -> None:
        at = self.sheets
        first, *rest = wrapped(box.label, BODY.font, BODY.size, VALUE - TEXT - 110) or [""]
        at.room(ROW + 11 * len(rest))
        at.down(ROW - 4)
        at.text(NUMBER, box.number, STRONG)
        at.text(TEXT, first, BODY)
        at.figure(VALUE, self._value(box), STRONG)
        for line in rest:
            at.down(11)
            at.text(TEXT, line, BODY)
        at.down(4)
        at.rule(LEFT, RIGHT, colour=PALE, weight=0.35)

    def _value(self, box: Filled) -> str:
        if box.kind is BoxKind.AMOUNT:
            return formatting.money(Decimal(box.value), self.form.currency, self.edition.locale)
        if box.kind is BoxKind.RATE:
            return f"{box.value} %"
        return "Yes" if box.kind is BoxKind.CHECK else box.value

    def _notes(self) -> None:
        form = self.form
        notes = []
        if self.recipient.tax_number:
            notes.append("The TIN is shown with its last four characters alone; the IRS is given the whole number.")
        if form.kind is FormKind.K1 and not any(box.code.startswith("L") for box in form.boxes):
            notes.append(CAPITAL)
        if form.stage is Stage.FINAL and form.kind in LEGENDS:
            notes = [LEGENDS[form.kind], *notes]
        self.sheets.down(12)
        for note in notes:
            self.sheets.room(33)
            self.sheets.paragraph(LEFT, note, QUIET, most=RIGHT - LEFT, leading=11)
            self.sheets.down(5)
