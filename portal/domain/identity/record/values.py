"""The record of acts as people read it: the acts in words, events, how far it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

# Every act that is recorded anywhere, as a sentence without its subject; a test keeps the two together.
ACTS: dict[str, str] = {
    "access.refuse": "Was refused a page or an act",
    "access.attest": "Attested that access was reviewed",
    "account.add_member": "Let a person act for an account",
    "account.number": "Wrote the number of an account",
    "account.open": "Opened an investor account",
    "account.remove_member": "Let a person no longer act for an account",
    "approval.amend": "Changed a request for approval; earlier approvals are void",
    "approval.approve": "Approved a request",
    "approval.reject": "Rejected a request",
    "approval.request": "Asked for an approval",
    "approval.withdraw": "Withdrew a request for approval",
    "contact.ask": "Asked for another address or telephone number",
    "contact.change": "Changed their address or telephone number",
    "contact.correct": "Corrected a person's address, as two people decided",
    "contact.undo": "Undid a change of address or telephone number by a link",
    "data.export": "Exported a list",
    "delegation.end": "Ended that somebody may see their accounts",
    "delegation.give": "Let somebody see their accounts",
    "delegation.look": "Looked at somebody's accounts for whom they may",
    "delegation.renew": "Let somebody see their accounts for longer",
    "consent.give": "Gave their consent",
    "consent.publish": "Published a text that people are asked to consent to",
    "consent.retire": "Stopped asking for a consent",
    "consent.withdraw": "Withdrew or declined a consent",
    "document_hold.lift": "Lifted a legal hold on documents",
    "document_hold.place": "Placed a legal hold on documents",
    "document_archive.download": "Downloaded several documents in one archive",
    "document_archive.request": "Asked for several documents in one archive",
    "document.acknowledge": "Said that they have read a document",
    "document.add_version": "Gave a document another version",
    "document.archive": "Archived a document",
    "document.delete": "Deleted a document",
    "document.describe": "Changed what is said of a document or whom it is for",
    "document.destroy": "Destroyed a document for good",
    "document.download": "Downloaded a document",
    "document.take_marked": "Took a copy of a document with their name on each page",
    "document.confirm_pages": "Looked at the pages of a document that no machine can read",
    "document.clear_naming": "Said that somebody may be named in a document",
    "document.file": "Filed a document",
    "document.grant": "Gave a document to a person",
    "document.move": "Moved a document",
    "document.publish": "Published a document",
    "document.refuse_version": "Refused a file that did not pass its check",
    "document.release_version": "Released a file that passed its check",
    "document.remind": "Had people reminded to read a document",
    "document.restore": "Brought a deleted document back",
    "document.revoke": "Took a document from a person",
    "document.schedule": "Set when a document is to be published",
    "document.share": "Gave a document to a reader outside",
    "document.share_prove": "A reader outside proved their address",
    "document.share_read": "A reader outside opened a document",
    "document.share_take": "A reader outside downloaded a document",
    "document.unshare": "Took a document from a reader outside",
    "document.unschedule": "Took back when a document was to be published",
    "envelope.cancel": "Took a document back that was sent for signing",
    "envelope.decline": "Declined to sign a document",
    "envelope.expire": "The time for signing a document was over",
    "envelope.finish": "Filed a document that everybody has signed",
    "envelope.forward": "Passed a document on for somebody else to sign",
    "envelope.name_signer": "Named another person to sign a document",
    "envelope.open": "Opened a document to sign",
    "envelope.prepare": "Prepared a document for signing",
    "envelope.remind": "Reminded somebody to sign a document",
    "envelope.send": "Sent a document for signing",
    "envelope.sign": "Signed a document",
    "erasure.approve": "Approved an erasure",
    "erasure.ask_again": "Put an erasure off until it is decided anew, as something had come between",
    "erasure.complete": "Erased a person",
    "erasure.refuse": "Refused an erasure",
    "erasure.request": "Asked for an erasure",
    "erasure.withdraw": "Withdrew a request for erasure",
    "factor.enrol": "Took a second factor into use",
    "factor.prove": "Gave a code of a second factor, or used a passkey",
    "factor.remove": "Removed a second factor",
    "factor.rename": "Renamed a passkey",
    "factor.replace": "Replaced a second factor",
    "factor.send": "Was sent a code by text message",
    "firm.create": "Founded the firm",
    "firm.text_codes": "Allowed or ended codes by text message",
    "firm.require_factor": "Changed whether investors need a second factor",
    "hold.lift": "Lifted a legal hold",
    "hold.place": "Placed a legal hold",
    "filing.confirm": "Had a batch of documents filed",
    "filing.discard": "Discarded a batch of documents",
    "filing.publish": "Had the drafts of a batch published",
    "filing.start": "Sent a batch of documents",
    "folder.create": "Made a folder",
    "folder.delete": "Deleted a folder",
    "folder.move": "Moved a folder",
    "folder.rename": "Renamed a folder",
    "import.choose_columns": "Chose the columns of an import",
    "import.discard": "Discarded an import",
    "import.post": "Posted an import",
    "import.replace_file": "Replaced the file of an import",
    "import.request_posting": "Asked for an import to be posted",
    "import.request_undo": "Asked for an import to be taken back",
    "import.stop": "Stopped the checking of an import",
    "import.undo": "Took an import back",
    "import.upload": "Uploaded a file to import",
    "key.destroy": "Destroyed the key of somebody erased",
    "ledger.post": "Posted to the ledger",
    "ledger.reverse": "Reversed entries of the ledger",
    "paper.accept": "Accepted a paper that an investor sent",
    "paper.return": "Sent a paper back to who sent it",
    "paper.send": "Sent the firm a paper",
    "passkey.copy": "Used what seems to be a copy of a passkey",
    "recovery.approve": "Gave the last approval to remove a lost second factor",
    "recovery.begin": "Asked for the removal of a lost second factor",
    "recovery.complete": "Removed a lost second factor after the wait",
    "recovery.stop": "Stopped the removal of a second factor",
    "payment_instruction.approve": "Approved bank details",
    "payment_instruction.enter": "Entered bank details",
    "payment_instruction.reject": "Rejected bank details",
    "payment_instruction.take_effect": "Bank details came into force",
    "payment_instruction.withdraw": "Withdrew bank details",
    "profile.change": "Changed personal details",
    "profile.reveal": "Looked at personal details in full",
    "privacy.download": "Downloaded all of their data",
    "privacy.export": "Asked for all of their data",
    "retention.change": "Changed how long something is kept",
    "retention.end": "Destroyed what was kept of somebody erased",
    "recovery_codes.issue": "Issued recovery codes",
    "firm.open_registration": "Opened or closed registration",
    "invitation.resend": "Sent an invitation again",
    "invitation.send": "Invited a person",
    "invitation.withdraw": "Withdrew an invitation",
    "link.use": "Came in by a link from a mail",
    "password.change": "Changed their password",
    "password.forget": "Was sent a link for a new password",
    "password.offer": "Had a link for a new password sent",
    "password.reset": "Set a new password by a link",
    "session.end_all": "Signed out elsewhere",
    "user.activate": "Set a password and may sign in",
    "user.switch_off": "Switched a person off",
    "user.switch_on": "Let a person sign in again",
    "user.forget": "Forgot somebody who never confirmed their address",
    "user.erase": "Erased a person's sign-in and contact",
    "user.rename": "Wrote a person's name anew",
    "role.grant": "Granted a role",
    "role.take": "Took a role away",
    "room.change": "Changed what a data room is for or when it is open",
    "room.close": "Closed a data room",
    "room.create": "Made a data room",
    "room.drop_text": "Let members of a data room enter without an agreement",
    "room.open": "Opened a data room",
    "room.permit": "Changed what groups of a data room may see",
    "room.renumber": "Gave something in a data room another number",
    "room.sign": "Signed the agreement of a data room",
    "room.write_text": "Wrote the agreement of a data room",
    "room_group.create": "Made a group in a data room",
    "room_group.delete": "Ended a group of a data room",
    "room_member.add": "Let a person into a data room",
    "room_member.change": "Changed a person's groups or time in a data room",
    "room_member.remove": "Took a data room from a person",
    "room_question.answer": "Answered a question in a data room",
    "room_question.ask": "Asked a question in a data room",
    "room_question.decline": "Declined a question in a data room",
    "session.end": "Signed out",
    "session.fail": "Failed to sign in",
    "session.misprove": "Gave a wrong password when asked again",
    "session.open": "Signed in",
    "retention.set": "Set how long documents of a type are kept",
    "session.reuse": "Used a refresh token twice; the session was ended",
    "statement.download": "Downloaded a statement",
    "statement_run.cancel": "Cancelled a statement run",
    "statement_run.publish": "Published statements",
    "statement_run.clear_naming": "Said that others may be named in statements",
    "statement_run.retry": "Prepared failed statements anew",
    "statement_run.start": "Started a statement run",
    "user.create": "Added a person",
    "viewing.begin": "Began to view the portal as an investor",
    "viewing.end": "Stopped viewing the portal as an investor",
    "viewing.look": "Looked at a page as an investor",
    "vehicle.change": "Changed a vehicle",
    "vehicle.create": "Set a vehicle up",
}
RESULTS = {"done": "Done", "refused": "Refused"}


def act_sentence(act: str) -> str:
    """The act in words; the code itself for one that this version does not know."""
    return ACTS.get(act, act)


@dataclass(frozen=True, slots=True)
class Event:
    """An act as it was recorded; the names are those people have now."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    on_behalf_of: UUID | None
    on_behalf_name: str | None
    act: str
    resource: str
    result: str
    address: str | None
    agent: str | None
    request_id: str | None
    detail: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        return act_sentence(self.act)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; what is None (or no ids) narrows nothing. `resource` is `vehicle:<id>` or, for all
    of a kind, `vehicle`; the days are moments, `until` excluded."""

    actor_ids: tuple[UUID, ...] | None = None
    act: str | None = None
    resource: str | None = None
    result: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far the record is sealed: the last block and its moment, the events since and the oldest of them."""

    number: int
    sealed_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
