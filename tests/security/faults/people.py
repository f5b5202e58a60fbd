"""Faults in what people let each other do and see, in how they come back in, and in how they are forgotten."""

from __future__ import annotations

from tests.security.faults.fault import Fault

IDENTITY = "portal/domain/identity"
DOMAIN = "portal/domain/people"
OF_VIEWS = "tests/web/identity/test_viewings.py::"
OF_DELEGATES = "tests/domain/people/test_delegations.py::"
OF_BANKS = "tests/domain/people/test_payment_instructions.py::"
OF_PASSKEYS = "tests/domain/identity/passkeys/test_services.py::"
OF_RECOVERIES = "tests/domain/identity/test_recoveries.py::"
OF_ERASURE = "tests/domain/people/privacy/test_left_behind.py::"

PEOPLE = (
    Fault(
        "a view of an investor's pages that may send forms",
        "portal/web/toolkit/viewing.py",
        "        return endpoint == ENDING\n",
        "        return True\n",
        (f"{OF_VIEWS}test_nothing_can_be_sent_but_the_end",),
    ),
    Fault(
        "a view of an investor's pages in whose transactions is written",
        "portal/platform/db.py",
        'return f"{rights}; SET LOCAL transaction_read_only = on" if context.read_only else rights',
        "return rights",
        (f"{OF_VIEWS}test_the_database_refuses_to_write_too",),
    ),
    Fault(
        "a delegate who sees on after the last day",
        "migrations/versions/0017_delegations.py",
        "    AND d.until >= (now() AT TIME ZONE 'UTC')::date\n",
        "",
        (f"{OF_DELEGATES}test_it_ends_at_once_by_its_day_and_with_the_account",),
    ),
    Fault(
        "a delegate who sees on after it was ended",
        "migrations/versions/0017_delegations.py",
        "WHERE d.delegate_id = (SELECT platform.current_actor()) AND d.revoked_at IS NULL\n",
        "WHERE d.delegate_id = (SELECT platform.current_actor())\n",
        (f"{OF_DELEGATES}test_it_ends_at_once_by_its_day_and_with_the_account",),
    ),
    Fault(
        "a delegate without a second factor, because somebody named them",
        f"{IDENTITY}/factors/queries.py",
        "      WHERE g.user_id = u.id AND g.role <> ALL ('{investor,delegate}')) AS texts\n",
        "      WHERE g.user_id = u.id AND g.role <> 'investor') AS texts\n",
        ("tests/web/identity/test_texts.py::test_who_is_let_see_the_accounts_of_another_is_still_asked",),
    ),
    Fault(
        "bank details that wait for nothing",
        f"{DOMAIN}/payment_instructions/services.py",
        "    if clock.now() < found.hold_until:\n        raise HoldNotOver\n",
        "",
        (f"{OF_BANKS}test_an_investor_s_details_need_two_of_the_firm_and_the_end_of_the_hold",),
    ),
    Fault(
        "bank details whose change after that of an address no compliance officer sees",
        f"{DOMAIN}/payment_instructions/services.py",
        "    if found.escalated_for and not exists_approval_of_compliance(approval_id):\n",
        "    if False:\n",
        (f"{OF_BANKS}test_changed_contact_asks_for_a_compliance_officer",),
    ),
    Fault(
        "a proof for one form that does another",
        "portal/web/toolkit/freshness.py",
        'return f"web.step_up:{actor().user_id}:{request.full_path}"',
        'return f"web.step_up:{actor().user_id}"',
        ("tests/web/identity/test_factors.py::test_a_form_that_waited_serves_nobody_and_nothing_else",),
    ),
    Fault(
        "a passkey that does not ask its person, as it signs in",
        "portal/platform/passkeys.py",
        "            credential_current_sign_count=0,\n            require_user_verification=True,\n",
        "            credential_current_sign_count=0,\n            require_user_verification=False,\n",
        (f"{OF_PASSKEYS}test_an_answer_that_is_off_opens_nothing",),
    ),
    Fault(
        "a passkey that does not ask its person, as it is set up",
        "portal/platform/passkeys.py",
        "            expected_origin=party.origin,\n            require_user_verification=True,\n",
        "            expected_origin=party.origin,\n            require_user_verification=False,\n",
        (f"{OF_PASSKEYS}test_an_authenticator_that_does_not_ask_its_person_is_not_set_up",),
    ),
    Fault(
        "a lost factor that one person removes",
        f"{IDENTITY}/approvals/values.py",
        "    Permission.APPROVE_PEOPLE,\n    2,\n",
        "    Permission.APPROVE_PEOPLE,\n    1,\n",
        (f"{OF_RECOVERIES}test_two_approve_three_days_pass_and_the_person_begins_anew",),
    ),
    Fault(
        "a lost factor that is removed at once",
        f"{IDENTITY}/recoveries/services.py",
        "WHERE id = %(id)s AND ended IS NULL AND due_at <= %(now)s\n",
        "WHERE id = %(id)s AND ended IS NULL\n",
        (f"{OF_RECOVERIES}test_two_approve_three_days_pass_and_the_person_begins_anew",),
    ),
    Fault(
        "an erasure that leaves the key",
        f"{IDENTITY}/forgetting/services.py",
        "WHERE firm_id = %(firm)s AND subject_id = %(subject)s\n",
        "WHERE false AND firm_id = %(firm)s AND subject_id = %(subject)s\n",
        (
            "tests/domain/people/privacy/test_erasures.py"
            "::test_at_the_end_the_key_is_destroyed_and_nothing_opens_what_it_sealed",
        ),
    ),
    Fault(
        "an erasure that one person decides",
        f"{DOMAIN}/privacy/services/erasures.py",
        "    if user_id == actor.user_id:\n        raise OwnErasure\n",
        "",
        ("tests/domain/people/privacy/test_erasures.py::test_nobody_decides_alone_or_about_themselves",),
    ),
    Fault(
        "an erasure that leaves what is asked about the person to be decided",
        f"{IDENTITY}/forgetting/services.py",
        "    _close_what_is_open(actor, user_id)\n",
        "",
        (f"{OF_ERASURE}test_what_was_asked_about_them_is_decided_no_more",),
    ),
    Fault(
        "an erasure that leaves what requests for approval tell of bank details",
        f"{DOMAIN}/privacy/services/retention.py",
        '    empty_requests(actor, user_id, about=[f"payment_instruction:{each.id}" for each in instructions])\n',
        "",
        (f"{OF_ERASURE}test_requests_tell_nothing_of_their_bank_details_either",),
    ),
    Fault(
        "an app that takes all of a person's data away without a proof",
        "portal/api/v1/people/exports.py",
        "    require_freshness(bearer(), clock.now())\n    export_id = request_export(actor())\n",
        "    export_id = request_export(actor())\n",
        ("tests/api/v1/people/test_exports.py::test_an_old_proof_does_not_do",),
    ),
    Fault(
        "an app that has a person erased without a proof",
        "portal/api/v1/people/erasures.py",
        "    require_freshness(person, clock.now())\n",
        "",
        ("tests/api/v1/people/test_erasures.py::test_an_old_proof_does_not_do",),
    ),
)
