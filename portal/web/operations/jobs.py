"""The work that happens behind the pages: what waits, what is done, what failed for good."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.platform import outbox
from portal.platform.pagination import Page, decode_cursor
from portal.platform.storage.losses import find_check
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("jobs", __name__, url_prefix="/operations/jobs")
MOST = 50
VIEWS = {
    "waiting": ("Waiting", ("ready", "leased")),
    "dead": ("Failed", ("dead",)),
    "done": ("Done", ("done",)),
}
START = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
NAMES = {
    "accounts.announce_device": "Tell a person of a sign-in on a new device",
    "accounts.announce_factor": "Tell a person of a changed second factor",
    "accounts.announce_password": "Tell a person of a changed password",
    "accounts.announce_recovery": "Tell a person of the removal of their second factor",
    "accounts.complete_recovery": "Remove a lost second factor",
    "accounts.send_invitation": "Send an invitation",
    "accounts.send_text_code": "Send a code by text message",
    "accounts.start_registration": "Send the link of a registration",
    "accounts.start_reset": "Send the link for a new password",
    "contact.announce_by_mail": "Tell a person by mail of a changed address or number",
    "contact.announce_by_text": "Tell a person by text message of a changed address or number",
    "contact.announce_undoing": "Tell a person that a change was undone",
    "contact.correct_email": "Change an address as two people decided",
    "contact.prove_email": "Send the link that confirms an address",
    "contact.prove_phone": "Send the code that confirms a telephone number",
    "delegations.announce": "Tell somebody of accounts shown to them",
    "delegations.announce_end": "Tell people that shared access has ended",
    "imports.read": "Read an import's file",
    "documents.announce": "Tell a person of a document",
    "documents.check": "Check a file and make a harmless copy",
    "documents.discard": "Delete a file that no document has any more",
    "documents.file_batch": "File the pieces of a batch",
    "documents.publish": "Publish a document at its time",
    "sharing.invite": "Tell a reader outside of a document",
    "sharing.send_code": "Send a code to a reader outside",
    "documents.publish_batch": "Publish the drafts of a batch",
    "documents.read_batch": "Read whose the pages of a batch are",
    "documents.read_text": "Read whom a document names",
    "imports.check": "Check an import",
    "imports.post": "Post an import",
    "imports.undo": "Undo an import",
    "offerings.remind": "Remind who looks after a prospect",
    "offerings.tell_answer": "Tell who asked about an opportunity of the answer",
    "offerings.tell_watcher": "Tell who watches an opportunity what happened to it",
    "verifications.tell": "Tell an investor what became of a verification",
    "verifications.warn": "Look whether a verification that runs out has a successor",
    "papers.tell": "Tell who sent a paper that it comes back",
    "payment_instructions.announce": "Tell a person of bank details",
    "payment_instructions.bring_into_force": "Let bank details come into force",
    "privacy.announce_export": "Tell a person that their data is ready",
    "privacy.collect": "Collect a person's data",
    "privacy.discard_export": "Delete collected data",
    "privacy.discard_file": "Delete a file",
    "privacy.erase": "Erase a person",
    "rooms.announce_answer": "Tell a person that their question was answered",
    "rooms.digest": "Collect what is new in a data room",
    "rooms.digest_questions": "Collect the questions of a data room",
    "rooms.invite": "Invite a person to a data room",
    "rooms.post_digest": "Tell a member what is new in a data room",
    "rooms.post_questions": "Tell staff of questions in a data room",
    "subscriptions.agree": "Make the agreement of a subscription",
    "subscriptions.tell": "Tell who submitted a subscription what was decided",
    "payments.announce_receipt": "Tell that a payment was received",
    "payments.print_receipt": "Print the receipts of a payment",
    "viewings.end": "End a view as an investor",
    "reading.collect_archive": "Put several documents into one file",
    "reading.discard_archive": "Delete a file of several documents after its time",
    "reading.discard_page": "Delete a page that was drawn of a destroyed document",
    "reading.remind": "Remind a person to read a document",
    "signing.ask": "Ask somebody to sign",
    "signing.expire": "End the time for signing",
    "signing.finish": "Make a signed file",
    "signing.remind": "Remind somebody to sign",
    "signing.tell": "Tell what became of a signing",
    "capital_calls.remind": "Remind an investor of a capital call",
    "notices.announce": "Tell an investor of a notice",
    "notices.print": "Make a notice",
    "notices.write": "Write notices",
    "distributions.post": "Put a distribution into the books",
    "statements.announce": "Tell an investor of statements",
    "statements.discard": "Delete the files of a cancelled run",
    "statements.render": "Make a statement",
    "tax_forms.announce": "Tell an investor of tax forms",
    "tax_forms.confirm_consent": "Confirm how tax forms come",
    "tax_forms.print": "Print and file a tax form",
}


@blueprint.get("")
@requires(Permission.SEE_JOBS)
def index() -> Response:
    """The firm's jobs in one state, newest first."""
    counts = outbox.count_work()
    state = request.args.get("state", "")
    if state not in VIEWS:
        state = "dead" if counts.get("dead") else "waiting"
    before = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else START
    rows = outbox.list_work(states=VIEWS[state][1], before=(before[0], before[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda row: (row.created_at.isoformat(), row.id))
    tabs = [
        (label, url_for("jobs.index", state=name), name == state, sum(counts.get(each, 0) for each in states))
        for name, (label, states) in VIEWS.items()
    ]
    next_url = url_for("jobs.index", state=state, cursor=found.next) if found.next else None
    check = find_check()
    may_rerun = can(actor(), Permission.RERUN_JOBS)
    return page(
        "operations/jobs/index.html",
        jobs=found.items,
        tabs=tabs,
        state=state,
        names=NAMES,
        next_url=next_url,
        may_rerun=may_rerun,
        lost=0 if check is None else check.losses,
    )


@blueprint.post("/rerun")
@requires(Permission.RERUN_JOBS)
def rerun() -> Redirect:
    """Give failed jobs, or one of them, another try."""
    chosen = request.form.get("job", type=UUID)
    count = outbox.rerun_dead_work(work_id=chosen)
    flash(f"{count} of them will be tried again." if count != 1 else "It will be tried again.", "good")
    return redirect(url_for("jobs.index"), 303)
