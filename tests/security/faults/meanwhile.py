"""Faults by which something that was under way outlasts what should have ended it, or goes by fewer than two people."""

from __future__ import annotations

from tests.security.faults.fault import Fault

IDENTITY = "portal/domain/identity"
OF_MEANWHILE = "tests/domain/identity/test_meanwhile.py::"
OF_CONTACT = "tests/web/identity/test_contact.py::"
OF_RECOVERIES = "tests/domain/identity/test_recoveries.py::"
OF_CORRECTIONS = "tests/web/identity/test_corrections.py::"

MEANWHILE = (
    Fault(
        "a sign-in by a password that was replaced meanwhile",
        f"{IDENTITY}/sessions/services.py",
        "    if password_hash is not None and find_password_hash(user_id) != password_hash:\n",
        "    if False:\n",
        (f"{OF_MEANWHILE}test_a_sign_in_by_the_old_password_opens_nothing",),
    ),
    Fault(
        "sessions that are opened between the ends of others",
        f"{IDENTITY}/devices/services.py",
        '    take_turns("sessions", str(user_id))  # one that is being opened is ended too\n',
        "",
        (f"{OF_MEANWHILE}test_a_session_being_renewed_while_all_are_ended_ends_too",),
    ),
    Fault(
        "factors that a session sets up after its end",
        f"{IDENTITY}/accounts/services.py",
        "    if not exists_session(actor):\n",
        "    if False:\n",
        (f"{OF_MEANWHILE}test_a_session_that_ended_sets_no_factor_up",),
    ),
    Fault(
        "an undone change that leaves the thief the password",
        f"{IDENTITY}/contact/services/undoing.py",
        "    forget_password(system, user_id)  # whoever made the change may know it\n",
        "",
        (f"{OF_CONTACT}test_who_was_reached_before_undoes_it_and_everybody_is_out",),
    ),
    Fault(
        "a new address that waits through a new password",
        f"{IDENTITY}/passwords/services.py",
        "    for purpose in (Purpose.RESET, Purpose.EMAIL):",
        "    for purpose in (Purpose.RESET,):",
        (f"{OF_CONTACT}test_a_new_password_ends_a_change_that_waits",),
    ),
    Fault(
        "a removal that goes on although it was stopped",
        f"{IDENTITY}/recoveries/services.py",
        "now_waits.state is not RecoveryState.WAITING",
        "now_waits.state is RecoveryState.WAITING",
        (f"{OF_RECOVERIES}test_one_that_is_approved_while_the_person_stops_it_is_stopped",),
    ),
    Fault(
        "an address that is corrected although it changed since",
        f"{IDENTITY}/contact/services/correcting.py",
        " or not user.active or user.email != correction.before",
        "",
        (f"{OF_CORRECTIONS}test_what_changed_since_it_was_asked_for_is_not_overwritten",),
    ),
)
