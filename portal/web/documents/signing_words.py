"""What people call the states, fields and events of signing."""

from __future__ import annotations

from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind, SignerState
from portal.domain.documents.signing.values.fields import FieldKind

STATES = {
    EnvelopeState.DRAFT: ("draft", "neutral"),
    EnvelopeState.SENT: ("with the signers", "info"),
    EnvelopeState.SIGNED: ("file being made", "info"),
    EnvelopeState.FINISHED: ("finished", "good"),
    EnvelopeState.DECLINED: ("declined", "bad"),
    EnvelopeState.EXPIRED: ("expired", "warn"),
    EnvelopeState.CANCELLED: ("taken back", "neutral"),
}
SIGNERS = {
    SignerState.WAITING: ("waits for their turn", "neutral"),
    SignerState.ASKED: ("asked", "info"),
    SignerState.OPENED: ("opened", "info"),
    SignerState.SIGNED: ("signed", "good"),
    SignerState.DECLINED: ("declined", "bad"),
    SignerState.FORWARDED: ("passed on", "neutral"),
    SignerState.EXPIRED: ("expired", "warn"),
}
# As it is told to the signers themselves.
OWN_STATES = SIGNERS | {SignerState.ASKED: ("to sign", "warn"), SignerState.OPENED: ("to sign", "warn")}
FIELD_KINDS = {
    FieldKind.SIGNATURE: "Signature",
    FieldKind.INITIALS: "Initials",
    FieldKind.DATE: "Date of signing",
    FieldKind.NAME: "Name",
    FieldKind.TEXT: "Text",
    FieldKind.CHECKBOX: "Tick box",
}
EVENTS = {
    EventKind.SENT: "Sent",
    EventKind.ASKED: "Asked to sign",
    EventKind.REMINDED: "Reminded",
    EventKind.OPENED: "Opened it",
    EventKind.SIGNED: "Signed",
    EventKind.DECLINED: "Declined",
    EventKind.FORWARDED: "Passed it on",
    EventKind.NAMED: "Named to sign",
    EventKind.EXPIRED: "Time was over",
    EventKind.CANCELLED: "Taken back",
    EventKind.FINISHED: "Finished file made",
}
