"""Which function does which job. Names are strings in the outbox; a test resolves each.

A job's function is given one row, in a transaction of its own; that of a job done together is given several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from portal.platform.outbox import Work

JOBS: dict[str, str] = {
    "accounts.announce_device": "portal.jobs.accounts:announce_device",
    "accounts.announce_factor": "portal.jobs.accounts:announce_factor",
    "accounts.announce_password": "portal.jobs.accounts:announce_password",
    "accounts.announce_recovery": "portal.jobs.recoveries:announce",
    "accounts.complete_recovery": "portal.jobs.recoveries:complete",
    "accounts.send_invitation": "portal.jobs.accounts:send_invitation",
    "accounts.send_text_code": "portal.jobs.texts:send_code",
    "accounts.start_registration": "portal.jobs.accounts:register",
    "accounts.start_reset": "portal.jobs.accounts:start_reset",
    "delegations.announce": "portal.jobs.delegations:announce",
    "delegations.announce_end": "portal.jobs.delegations:announce_end",
    "contact.announce_by_mail": "portal.jobs.contact:announce_by_mail",
    "contact.announce_by_text": "portal.jobs.contact:announce_by_text",
    "contact.announce_undoing": "portal.jobs.contact:announce_undoing",
    "contact.correct_email": "portal.jobs.contact:correct_email",
    "contact.prove_email": "portal.jobs.contact:prove_email",
    "contact.prove_phone": "portal.jobs.contact:prove_phone",
    "distributions.post": "portal.jobs.distributions:post",
    "documents.announce": "portal.jobs.documents:announce",
    "documents.check": "portal.jobs.documents:check",
    "documents.discard": "portal.jobs.documents:discard",
    "documents.file_batch": "portal.jobs.filing:file_batch",
    "documents.publish": "portal.jobs.documents:publish",
    "documents.publish_batch": "portal.jobs.filing:publish_batch",
    "documents.read_batch": "portal.jobs.filing:read_batch",
    "documents.read_text": "portal.jobs.filing:read_text",
    "imports.check": "portal.jobs.imports:check",
    "imports.post": "portal.jobs.imports:post",
    "imports.read": "portal.jobs.imports:read",
    "imports.undo": "portal.jobs.imports:undo",
    "offerings.remind": "portal.jobs.offerings:remind",
    "offerings.tell_answer": "portal.jobs.offerings:tell_answer",
    "offerings.tell_watcher": "portal.jobs.offerings:tell_watcher",
    "papers.tell": "portal.jobs.papers:tell",
    "payment_instructions.announce": "portal.jobs.payment_instructions:announce",
    "payment_instructions.bring_into_force": "portal.jobs.payment_instructions:take_effect",
    "privacy.announce_export": "portal.jobs.privacy:announce_export",
    "privacy.collect": "portal.jobs.privacy:collect",
    "privacy.discard_file": "portal.jobs.privacy:discard_file",
    "privacy.erase": "portal.jobs.privacy:erase",
    "privacy.discard_export": "portal.jobs.privacy:discard",
    "reading.collect_archive": "portal.jobs.reading:collect_archive",
    "reading.discard_archive": "portal.jobs.reading:discard_archive",
    "reading.discard_page": "portal.jobs.reading:discard_page",
    "reading.remind": "portal.jobs.reading:remind",
    "sharing.invite": "portal.jobs.sharing:invite",
    "sharing.send_code": "portal.jobs.sharing:send_code",
    "signing.ask": "portal.jobs.signing:ask",
    "signing.expire": "portal.jobs.signing:expire",
    "signing.finish": "portal.jobs.signing:finish",
    "signing.remind": "portal.jobs.signing:remind",
    "signing.tell": "portal.jobs.signing:tell",
    "rooms.announce_answer": "portal.jobs.rooms:announce_answer",
    "rooms.digest": "portal.jobs.rooms:digest",
    "rooms.digest_questions": "portal.jobs.rooms:digest_questions",
    "rooms.invite": "portal.jobs.rooms:invite",
    "rooms.post_digest": "portal.jobs.rooms:post_digest",
    "rooms.post_questions": "portal.jobs.rooms:post_questions",
    "statements.announce": "portal.jobs.statements:announce",
    "statements.discard": "portal.jobs.statements:discard",
    "statements.render": "portal.jobs.statements:render",
    "capital_calls.remind": "portal.jobs.capital_calls:remind",
    "notices.announce": "portal.jobs.notices:announce",
    "notices.print": "portal.jobs.notices:print_and_file",
    "notices.write": "portal.jobs.notices:write",
    "subscriptions.agree": "portal.jobs.subscriptions:agree",
    "subscriptions.tell": "portal.jobs.subscriptions:tell",
    "payments.announce_receipt": "portal.jobs.payments:announce_receipt",
    "payments.print_receipt": "portal.jobs.payments:print_receipt",
    "tax_forms.announce": "portal.jobs.tax_forms:announce",
    "tax_forms.confirm_consent": "portal.jobs.tax_forms:confirm_consent",
    "tax_forms.print": "portal.jobs.tax_forms:print_and_file",
    "verifications.tell": "portal.jobs.verifications:tell",
    "verifications.warn": "portal.jobs.verifications:warn",
    "viewings.end": "portal.jobs.viewings:end",
}
# Only what leaves nothing outside the database that doing it again would double.
TOGETHER = {"statements.render", "notices.print", "tax_forms.print"}


def resolve(job: str) -> Callable[[Sequence[Work]], None]:
    """What does rows of `job`; LookupError for a name nobody knows."""
    module, _, name = JOBS[job].partition(":")
    function: Callable[[Any], None] = getattr(import_module(module), name)

    def one_by_one(works: Sequence[Work]) -> None:
        for work in works:
            function(work)

    return function if job in TOGETHER else one_by_one
