"""Every use case leaves an act in the record, or says why not; every act has its words."""

import ast
from collections.abc import Iterator, Sequence

from portal.domain.identity.record.values.acts import ACTS
from tests.architecture.source import Function, Source, decorators, dotted, everything

DOMAINS = ("portal/domain/identity", "portal/domain/people", "portal/domain/investments")
RECORDS = {"record_act", "record_refusal", "record_failed_sign_in"}
# Use cases that record nothing themselves, and why that is right.
REASONS = {
    "accounts.change_roles": "grant_role and take_role record what changes.",
    "accounts.lock_user": "A lock; who takes it records what they do.",
    "accounts.forget_password": "The undoing that it belongs to is recorded.",
    "accounts.hold_person": "A lock; who takes it records what they do.",
    "accounts.propose_roles": "The request for approval is recorded.",
    "accounts.set_password": "Those who call it record whether it was a change, a reset or a coming in.",
    "approvals.void_approval": "cancel_approval records it.",
    "arrivals.announce_device": "A mail; the sign-in is recorded.",
    "opportunities.forget_watches": "The erasure that it belongs to is recorded.",
    "opportunities.forget_words": "The erasure that it belongs to is recorded.",
    "opportunities.give_place_back": "Those who call it record whose place it was.",
    "opportunities.lock_opportunity": "A lock; who takes it records what they do.",
    "opportunities.tell_watchers": "A mail; what it tells is recorded.",
    "eligibility.tell_of_verification": "A mail; what it tells is recorded.",
    "opportunities.take_place": "Those who call it record whose place it is.",
    "distributions.approve_distribution": "issue_distribution records it.",
    "distributions.create_distribution": "add_distribution records it.",
    "distributions.freeze_distribution": "Those who call it record what it is frozen for.",
    "distributions.lock_distribution": "A lock; who takes it records what they do.",
    "distributions.post_due_distribution": "post_distribution records it.",
    "distributions.recall_distribution": "return_distribution_to_draft records it.",
    "contact.close_open_changes": "Those who call it record why.",
    "contact.keep_change": "Those who call it record whether it was asked for or done.",
    "contact.propose_correction": "The request for approval is recorded.",
    "contact.replace_email": "Those who call it record why.",
    "contact.replace_phone": "Those who call it record why.",
    "contact.settle_change": "Those who call it record whose change it was.",
    "contact.start_correction": "The approval is recorded, and complete_correction records the change.",
    "contact.tell_former_addresses": "A mail; what it tells is recorded.",
    "contact.forget_contact_changes": "The machinery deletes what no longer serves; the changes are in the record.",
    "devices.end_other_devices": "end_devices records it.",
    "joining.enqueue_registration": "Nobody is known yet; create_user records who comes of it.",
    "joining.start_registration": "create_user records it.",
    "leaving.propose_return": "The request for approval is recorded.",
    "links.issue_link": "Those who call it record what the link is for.",
    "links.use_link": "Those who call it record what the link was for.",
    "links.withdraw_links": "Those who call it record why.",
    "passwords.enqueue_reset": "Nobody is known yet; start_password_reset records whose it is.",
    "audit.record_act": "It is the record.",
    "audit.seal_events": "The machinery; the block is its own record.",
    "factors.forget_attempt": "A count of tries; prove_code records the try.",
    "factors.register_attempt": "A count of tries; prove_code records the try.",
    "factors.retire_recovery_codes": "Those who call it record why the last factor goes.",
    "factors.take_app": "enrol_totp records it.",
    "factors.clear_factors": "Those who call it record why.",
    "passkeys.clear_passkeys": "Those who call it record why.",
    "passkeys.use_challenge": "What is answered is recorded, not that it was asked.",
    "imports.check_again": "The machinery, after an act that is recorded.",
    "imports.check_import": "The machinery does what choosing the columns asked for.",
    "imports.enter_stage": "A step of recorded acts.",
    "imports.import_file": "post_rows records what is posted; without it nothing happens.",
    "imports.keep_import_rows": "The machinery's preview.",
    "imports.post_import": "post_rows records it, in the name of who asked.",
    "imports.queue_check": "A step of recorded acts.",
    "imports.read_import": "The machinery reads the file whose upload was recorded.",
    "imports.record_file": "A step of recorded acts.",
    "imports.remember_shape": "A habit of forms; nothing depends on it.",
    "forgetting.destroy_user_key": "destroy_subject_key records it.",
    "forgetting.empty_requests": "Part of the end of retention, which is recorded.",
    "profiles.index_tax_numbers_anew": "The machinery, after a rotation of keys; no number changes.",
    "privacy.complete_export": "The machinery; asking for it was recorded.",
    "privacy.discard_export": "The machinery, when the time is over.",
    "privacy.propose_erasure": "The request for approval is recorded.",
    "privacy.write_archive": "The machinery; asking for it was recorded.",
    "sessions.rehash_password": "The same password under stronger parameters.",
    "accounts.give_first_roles": "grant_role and request_approval record it.",
    "recoveries.tell_of_refusal": "A mail; the decision is recorded.",
    "sessions.renew_session": "open_session and the proof before it are recorded.",
    "sessions.touch_session": "Noted in the session itself each minute of use.",
    "capital_calls.lock_call": "A lock; who takes it records what they do.",
    "capital_calls.return_call_to_draft": "The decision, or the taking back, is recorded.",
    "fees.let_go_of_call": "Who cancels the call records it.",
    "fees.propose_fee": "The request for approval is recorded.",
    "fees.propose_fee_undoing": "The request for approval is recorded.",
    "fees.take_into_call": "Who makes the call records it.",
    "transfers.post_transfer": "close_transfer records it.",
    "tax_forms.file_tax_forms": "The machinery; issuing the forms was recorded.",
    "tax_forms.move_tax_run": "Those who call it record what happens.",
    "tax_forms.propose_tax_run": "The request for approval is recorded.",
    "valuations.propose_undoing": "The request for approval is recorded.",
    "valuations.propose_valuation": "The request for approval is recorded.",
    "payments.file_receipts": "The machinery; booking the payment was recorded.",
    "notices.file_notices": "The machinery; issuing what the notices tell of was recorded.",
    "notices.issue_notices": "Who issues what the notices tell of records it.",
    "notices.write_notices": "The machinery; issuing what the notices tell of was recorded.",
    "statements.complete_statements": "The machinery, on behalf of a run that was recorded.",
    "statements.lock_statement_run": "A lock; who takes it records what they do.",
    "statements.prepare_statements": "The machinery, on behalf of a run that was recorded.",
    "emails.index_emails_anew": "The machinery; the address stays as it is.",
    "emails.seal_plain_emails": "A step of an upgrade; the address stays as it is.",
    "emails.write_email": "Those who call it record why.",
    "investor_accounts.equip_accounts": "A step of an upgrade; nothing about the account changes.",
    "factors.reseal_secrets": "The machinery, after a rotation; the secret stays as it is.",
    "imports.reseal_owners": "The machinery, after a rotation; who acts for new accounts stays as it is.",
    "subjects.create_subject_keys": "Those who create the subject record it.",
    "subjects.rewrap_subject_keys": "The machinery; whoever rotates the key reads of it in `portal keys status`.",
    "factors.issue_text_code": "texts.enqueue_text_code records it.",
    "texts.complete_text_enrolment": "add_text_factor records it.",
    "texts.complete_text_removal": "delete_text_factor records it.",
    "tokens.open_app_session": "open_session records it.",
    "tokens.open_proven_app_session": "open_session records it.",
    "subscriptions.give_room_back": "Those who call it record why.",
    "subscriptions.hold_subscription": "A lock; who takes it records what they do.",
    "subscriptions.move_subscription": "Those who call it record what happens.",
    "subscriptions.take_room": "Those who call it record what happens.",
    "payments.book_receipt": "Who confirms or approves a receipt records it.",
    "payments.note_return_file": "note_returns records it.",
    "payments.reseal_payment_files": "The machinery, after a rotation; the files stay as they are.",
}


def unrecorded(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Public use cases that do not call the record, themselves or through a private function of their file: their name
    and place."""
    for source in sources:
        if source.role == "services" and source.under(*DOMAINS) and source.feature:
            functions = {each.name: each for each in source.tree.body if isinstance(each, Function)}
            for function in source.public_functions():
                if "transactional" in decorators(function) and not _records(function, functions):
                    yield f"{source.feature[1]}.{function.name}", source.at(function, function.name)


def _records(function: Function, functions: dict[str, Function]) -> bool:
    called = {dotted(node.func).rsplit(".", 1)[-1] for node in ast.walk(function) if isinstance(node, ast.Call)}
    private = {name for name in called if name.startswith("_") and name in functions and name != function.name}
    return bool(called & RECORDS) or any(_records(functions[name], functions) for name in private)


def acts(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Every act that is recorded anywhere, and where. One that cannot be read here counts as its own text."""
    for source in sources:
        if source.under("portal") and source.is_python:
            for call, name in source.calls():
                if name.rsplit(".", 1)[-1] == "record_act" and len(call.args) > 1:
                    yield from ((act, source.at(call, act)) for act in _spelled_out(call.args[1], source))


def _spelled_out(act: ast.expr, source: Source) -> Iterator[str]:
    """The acts an expression may stand for: itself, both sides of a choice, what its name was given in the file."""
    if isinstance(act, ast.Constant):
        yield str(act.value)
    elif isinstance(act, ast.IfExp):
        yield from (*_spelled_out(act.body, source), *_spelled_out(act.orelse, source))
    else:
        given = [node.value for node in ast.walk(source.tree) if isinstance(node, ast.Assign) and _names(node, act)]
        yield from (text for value in given for text in _spelled_out(value, source))
        if not given:
            yield ast.unparse(act)


def _names(assignment: ast.Assign, act: ast.expr) -> bool:
    return isinstance(act, ast.Name) and any(dotted(target) == act.id for target in assignment.targets)


def test_every_use_case_is_recorded_or_says_why_not() -> None:
    found = [place for name, place in unrecorded(everything()) if name not in REASONS]

    assert not found, (
        "Call record_act in the use case, or give the reason in tests/architecture/test_acts.py:\n" + "\n".join(found)
    )


def test_no_reason_outlives_its_use_case() -> None:
    assert REASONS.keys() - {name for name, _ in unrecorded(everything())} == set()


def test_every_act_has_its_words() -> None:
    found = [place for act, place in acts(everything()) if act not in ACTS]

    assert not found, "Give the act a sentence in portal/domain/identity/record/values/acts.py:\n" + "\n".join(found)


def test_no_words_are_left_over() -> None:
    assert ACTS.keys() - {act for act, _ in acts(everything())} == set()


def test_a_use_case_that_leaves_no_trace_is_found() -> None:
    source = Source(
        "portal/domain/people/profiles/services.py",
        "@transactional\ndef open_profile(a):\n    record_act(a, 'profile.open', 'x')\n"
        "@db.transactional\ndef close_profile(a):\n    _close(a)\n"
        "def _close(a):\n    record_act(a, SHUT, 'x')\n"
        "@transactional\ndef lose_profile(a):\n    _lose(a)\n"
        "def _lose(a):\n    pass\n"
        "@transactional\ndef turn_profile(a):\n"
        "    act = 'on' if a else 'off'\n    record_act(a, act, 'x')\n",
    )

    assert [name for name, _ in unrecorded([source])] == ["profiles.lose_profile"]
    assert [act for act, _ in acts([source])] == ["profile.open", "SHUT", "on", "off"]
