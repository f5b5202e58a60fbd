"""The certificate of a signed document: who signed, how that is proven, what happened until then, and how to check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from portal.domain.documents.signing.values.certificates import Certificate, CertificateEvent, Signature
from portal.domain.documents.signing.values.envelopes import EventKind
from portal.domain.documents.signing.values.marks import MarkKind
from portal.printing.sheets import BOTTOM, LEFT, RIGHT, Page, Sheets, Style
from portal.printing.signing.overlays import INK, fit_strokes
from portal.printing.statements import ACCENTS
from portal.printing.typefaces import SEMIBOLD, legible, width, wrapped

GREY = "#565b65"
BODY, STRONG, QUIET = Style(), Style(SEMIBOLD), Style(colour=GREY)
LABEL, FINE, HEADING = Style(size=7, colour=GREY), Style(size=6.8, colour=GREY), Style(SEMIBOLD, 10.5)
MARK = Style(SEMIBOLD, 13, INK)
INDENT = 114.0
LEADING = 12.5
MARK_WIDTH, MARK_HEIGHT = 130.0, 34.0
HAIR = "#e2e2de"
PROOFS = {
    "pwd": "Password",
    "mfa": "Password and a code of a second factor",
    "passkey": "Passkey, with the person verified by their device",
}
MARKS = {MarkKind.TYPED: "Typed name", MarkKind.DRAWN: "Drawn by hand"}
EVENTS = {
    EventKind.SENT: "Sent for signing by %s",
    EventKind.ASKED: "%s was asked to sign",
    EventKind.REMINDED: "%s was reminded",
    EventKind.OPENED: "%s opened it",
    EventKind.SIGNED: "%s signed",
    EventKind.DECLINED: "%s declined",
    EventKind.FORWARDED: "%s passed it on to somebody else",
    EventKind.NAMED: "The firm named %s to sign",
    EventKind.EXPIRED: "The time for signing was over",
    EventKind.CANCELLED: "Taken back by %s",
    EventKind.FINISHED: "Signed by everybody, and this file made",
}


def print_certificate(certificate: Certificate, pages_digest: str) -> bytes:
    """The PDF of a certificate; `pages_digest` is the SHA-256 (hexadecimal) of the signed pages it is put behind. The
    same content gives the same bytes."""
    return _Printed(certificate, pages_digest).pdf()


class _Printed:
    def __init__(self, certificate: Certificate, pages_digest: str) -> None:
        self.certificate = certificate
        self.pages_digest = pages_digest
        self.accent = ACCENTS.get(certificate.accent, ACCENTS["navy"])
        self.sheets = Sheets(self._running_head)

    def pdf(self) -> bytes:
        self._letterhead()
        self._heading("Signatures", 90)
        for signature in self.certificate.signatures:
            self._signature(signature)
        self._history(self.certificate.history)
        for version, text in self.certificate.consents:
            self._prose(f"What was agreed to, version {version}", text)
        self._prose("How to check this file", self._checking())
        title = f"{self.certificate.title}: certificate"
        return self.sheets.write(self._foot, title=title, author=self.certificate.firm)

    def _letterhead(self) -> None:
        at, made = self.sheets, self.certificate
        at.down(6)
        at.text(LEFT, legible(made.firm), Style(SEMIBOLD, 13, self.accent))
        at.down(11)
        at.rule(LEFT, RIGHT, weight=1.2, colour=self.accent)
        at.down(34)
        at.text(LEFT, "Certificate of signature", Style(SEMIBOLD, 19))
        at.down(18)
        at.paragraph(LEFT, legible(made.title), Style(size=11, colour=GREY), most=RIGHT - LEFT, leading=14)
        at.down(10)
        pages = f"{made.original_pages} {'page' if made.original_pages == 1 else 'pages'}"
        self._pairs(
            [
                ("Document", f"{made.original_name}, {pages}"),
                ("SHA-256 of the original", made.original_digest),
                ("SHA-256 when signed", self.pages_digest),
                ("Envelope", str(made.envelope_id)),
                ("Sent by", f"{made.sender}, {_moment(made.sent_at)}"),
            ]
        )
        at.down(6)

    def _running_head(self, at: Sheets) -> None:
        at.text(LEFT, legible(self.certificate.firm), Style(SEMIBOLD, 8.5, self.accent))
        (name,) = wrapped(legible(self.certificate.title), LABEL.font, LABEL.size, 320)[:1] or [""]
        at.text(RIGHT, name, LABEL, right=True)
        at.down(7)
        at.rule(LEFT, RIGHT, weight=0.6, colour=self.accent)
        at.down(24)

    def _foot(self, number: int, pages: int) -> Page:
        below = Sheets(lambda _: None)
        below.y = BOTTOM - 22
        below.rule(LEFT, RIGHT, above=11)
        below.text(LEFT, f"Envelope {self.certificate.envelope_id}", FINE)
        below.text(RIGHT, f"Certificate, page {number} of {pages}", FINE, right=True)
        below.down(10)
        below.text(LEFT, f"Check that this file is genuine: {self.certificate.verify_at}", FINE)
        return below.pages[0]

    def _heading(self, text: str, room: float) -> None:
        self.sheets.room(room)
        self.sheets.down(16)
        self.sheets.text(LEFT, text, HEADING)
        self.sheets.down(7)
        self.sheets.rule(LEFT, RIGHT, weight=0.6, colour="#85898f")
        self.sheets.down(14)

    def _pairs(self, pairs: Sequence[tuple[str, str]], most: float = RIGHT) -> None:
        for label, value in pairs:
            self.sheets.room(LEADING)
            self.sheets.text(LEFT, label, QUIET)
            self.sheets.paragraph(
                LEFT + INDENT, legible(value) or "–", BODY, most=most - LEFT - INDENT, leading=LEADING
            )

    def _signature(self, each: Signature) -> None:
        at = self.sheets
        at.room(LEADING * 13)
        self._mark(each)
        at.text(LEFT, legible(each.name), STRONG)
        named = width(legible(each.name), STRONG.font, STRONG.size)
        at.text(LEFT + named + 6, legible(each.role), QUIET)
        at.down(LEADING + 2)
        top = [
            ("E-mail address", each.email),
            ("Signature", MARKS[each.mark.kind]),
            ("Turn", str(each.turn)),
            ("Asked", _moment(each.asked_at)),
        ]
        self._pairs(top, RIGHT - MARK_WIDTH - 12)
        opened = "–" if each.opened_at is None else _moment(each.opened_at)
        self._pairs(
            [
                ("Opened", opened),
                ("Signed", _moment(each.signed_at)),
                ("Proven by", PROOFS.get(each.proven_by, each.proven_by)),
                ("Network address", each.address),
                ("Browser or app", each.agent),
                ("Agreed to version", each.consent_version),
                ("What they saw, SHA-256", each.shown),
            ]
        )
        at.rule(LEFT, RIGHT, colour=HAIR)
        at.down(15)

    def _mark(self, each: Signature) -> None:
        """The mark itself, at the right of its proof."""
        at, left = self.sheets, RIGHT - MARK_WIDTH
        if each.mark.kind is MarkKind.DRAWN:
            for stroke in fit_strokes(each.mark.strokes, left, at.y - MARK_HEIGHT + 6, MARK_WIDTH, MARK_HEIGHT):
                at.stroke(stroke, weight=1.1, colour=INK)
            return
        said = legible(each.mark.name)
        size = min(MARK.size, MARK.size * MARK_WIDTH / max(width(said, MARK.font, MARK.size), 1))
        at.text(RIGHT, said, MARK._replace(size=size), right=True)

    def _history(self, events: Sequence[CertificateEvent]) -> None:
        self._heading("What happened", 60)
        for each in events:
            said = EVENTS[each.kind]
            line = said % (each.who or self.certificate.sender) if "%s" in said else said
            self._pairs([(_moment(each.at), f"{line}: {each.note}" if each.note else line)])

    def _prose(self, heading: str, text: str) -> None:
        lines = wrapped(text, BODY.font, BODY.size, RIGHT - LEFT)
        self._heading(heading, 40 + LEADING * len(lines))
        self.sheets.paragraph(LEFT, text, BODY, most=RIGHT - LEFT, leading=LEADING)

    def _checking(self) -> str:
        return (
            f"Open {self.certificate.verify_at} and choose this file, all pages of it as they were downloaded. The page"
            " says whether it is, byte for byte, the file that was made when the last person signed; it names nobody."
            " The digest of this file as a whole cannot stand in it and is kept there. Times are in UTC. The digest"
            " of the original is that of the document as it was before anybody signed; the digest when signed is that"
            " of its pages with every signature on them, before this certificate was put behind them."
        )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
