"""Faults that would open the portal, one small change each, and the tests that must notice.

A fault is cheap to keep: a test makes sure that its text is still there, once, and that its tests exist. Where the
product changed, write the fault anew in its words.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.security.faults.documents import LIBRARY
from tests.security.faults.fault import Fault
from tests.security.faults.files import FILES
from tests.security.faults.meanwhile import MEANWHILE
from tests.security.faults.people import PEOPLE

IDENTITY = "portal/domain/identity"
SESSIONS = f"{IDENTITY}/sessions/queries.py"
OF_SESSIONS = "tests/web/identity/test_sessions.py::"
OF_FACTORS = "tests/domain/identity/factors/test_services.py::"
OF_APPROVALS = "tests/domain/identity/test_approvals.py::"
OF_TOKENS = "tests/api/test_auth.py::"
OF_PAIRS = "tests/api/v1/identity/test_auth.py::"
OF_ROWS = "tests/security/test_row_security.py::"
OF_LINKS = "tests/web/identity/test_password.py::"
CATALOGUE = "tests/migrations/test_catalogue.py::test_there_is_no"
FORGERY = "tests/security/test_forgery.py::test_no_form_is_taken_from_elsewhere"
HEADERS = "tests/web/toolkit/test_headers.py::"

ROWS = (
    Fault(
        "a policy that lets investors read every session of their firm",
        "migrations/versions/0002_identity.py",
        '{"investor": OWN, "staff": OWN, "system": FIRM, "gate": EVERY_FIRM},',
        '{"investor": FIRM, "staff": OWN, "system": FIRM, "gate": EVERY_FIRM},',
        (f"{OF_ROWS}test_no_role_reads_what_is_not_its_own",),
    ),
    Fault(
        "policies that let everybody read every firm",
        "portal/platform/row_security.py",
        'FIRM = "firm_id = (SELECT platform.current_firm())"',
        'FIRM = "true"',
        (f"{OF_ROWS}test_no_role_reads_what_is_not_its_own",),
    ),
    Fault(
        "row security that binds everybody but the owner",
        "portal/platform/row_security.py",
        '    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")\n',
        "",
        (CATALOGUE,),
    ),
    Fault(
        "tables without row security",
        "portal/platform/row_security.py",
        '    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")\n',
        "",
        (CATALOGUE,),
    ),
    Fault(
        "reads that go on in the tenancy before",
        "portal/platform/db.py",
        "tenancy.at_borders(end_reading)\n",
        "",
        ("tests/platform/test_tenancy.py::test_no_foreign_row_on_pooled_connections",),
    ),
)
FORMS = (
    Fault(
        "forms that need no token",
        "portal/app.py",
        "    csrf = CSRFProtect(app)\n    csrf.exempt(api.register(app))\n",
        '    CSRFProtect().exempt(api.register(app))\n    app.jinja_env.globals["csrf_token"] = str\n',
        (FORGERY,),
    ),
    Fault(
        "forms that are taken from other sites",
        "portal/web/blueprints.py",
        "    origin.init_app(app)\n",
        "",
        ("tests/web/toolkit/test_origin.py::test_a_form_of_another_site_is_refused",),
    ),
    Fault(
        "redirects that leave the host",
        "portal/web/toolkit/places.py",
        '    return parts._replace(scheme="", netloc="").geturl()',
        '    return target or ""',
        ("tests/web/identity/test_sessions.py::test_one_lands_where_one_was_going_on_this_host",),
    ),
    Fault(
        "scripts of anybody's in a page",
        "portal/web/toolkit/headers.py",
        "\"script-src 'nonce-{nonce}'\"",
        "\"script-src 'nonce-{nonce}' 'unsafe-inline'\"",
        (f"{HEADERS}test_every_answer_is_guarded",),
    ),
    Fault(
        "personal pages that are kept",
        "portal/web/toolkit/headers.py",
        'headers.add("Cache-Control", "no-store")',
        'headers.add("Cache-Control", "private")',
        (f"{HEADERS}test_nobody_keeps_what_was_made_for_a_person",),
    ),
)
COOKIES = (
    Fault(
        "a session that scripts can read",
        "portal/web/toolkit/session.py",
        "token, max_age=ABSOLUTE, secure=secure, httponly=True,",
        "token, max_age=ABSOLUTE, secure=secure, httponly=False,",
        ("tests/security/test_cookies.py::test_every_cookie_over_https_is_the_hosts_alone",),
    ),
    Fault(
        "a session that travels in plain",
        "portal/web/toolkit/session.py",
        "token, max_age=ABSOLUTE, secure=secure, httponly=True,",
        "token, max_age=ABSOLUTE, secure=False, httponly=True,",
        ("tests/security/test_cookies.py::test_every_cookie_over_https_is_the_hosts_alone",),
    ),
    Fault(
        "exports without number",
        "portal/web/toolkit/exports.py",
        "    resources().limiter.count_call(Call.EXPORT, str(actor().user_id))\n",
        "",
        ("tests/web/toolkit/test_exports.py::test_the_sixth_list_of_a_minute_has_to_wait",),
    ),
)
PROOFS = (
    Fault(
        "a code of an authenticator app that counts twice",
        f"{IDENTITY}/factors/services.py",
        "WHERE id = %(id)s AND last_step < %(step)s",
        "WHERE id = %(id)s AND last_step <= %(step)s",
        (f"{OF_FACTORS}test_of_a_thousand_replays_one_counts",),
    ),
    Fault(
        "a recovery code that counts twice",
        f"{IDENTITY}/factors/services.py",
        "AND code_hash = %(hash)s AND used_at IS NULL",
        "AND code_hash = %(hash)s",
        (f"{OF_FACTORS}test_a_recovery_code_counts_once_also_at_once",),
    ),
    Fault(
        "codes that may be guessed for ever",
        f"{IDENTITY}/factors/services.py",
        "    if wait is not None:\n",
        "    if wait is not None and wait.days:\n",
        (f"{OF_FACTORS}test_the_sixth_try_waits_and_right_ones_are_not_counted",),
    ),
    Fault(
        "passwords that may be guessed for ever",
        f"{IDENTITY}/attempts/values.py",
        "PER_ACCOUNT = 10\n",
        "PER_ACCOUNT = 10_000\n",
        ("tests/domain/identity/test_attempts.py::test_after_ten_wrong_ones_an_account_is_closed_for_a_while",),
    ),
    Fault(
        "an unknown address that is refused sooner than a known one",
        f"{IDENTITY}/sessions/services.py",
        "    for _ in others:\n        verify_password(None, password)\n",
        "",
        ("tests/security/test_enumeration.py::test_known_and_unknown_addresses_are_answered_alike",),
    ),
    Fault(
        "acts of weight that ask for no proof",
        f"{IDENTITY}/sessions/policies.py",
        "now - person.proven_at <= FRESH",
        "person.proven_at <= now + FRESH",
        ("tests/web/identity/test_factors.py::test_after_five_minutes_an_act_of_weight_asks_and_goes_on",),
    ),
    Fault(
        "a form that waited for a proof and does what another person typed",
        "portal/web/toolkit/freshness.py",
        'return f"web.step_up:{actor().user_id}:{request.full_path}"',
        'return "web.step_up"',
        ("tests/web/identity/test_factors.py::test_a_form_that_waited_serves_nobody_and_nothing_else",),
    ),
    Fault(
        "what is sealed opens anywhere",
        "portal/platform/crypto.py",
        "    return head + place.encode()\n",
        "    return head\n",
        ("tests/platform/test_crypto.py::test_any_other_place_is_refused",),
    ),
)
STAYING = (
    Fault(
        "a session without an end",
        SESSIONS,
        "s.revoked_at IS NULL AND s.expires_at > now() AND u.active",
        "s.revoked_at IS NULL AND u.active",
        (f"{OF_SESSIONS}test_an_idle_expired_or_revoked_session_is_over",),
    ),
    Fault(
        "a session that was ended and goes on",
        SESSIONS,
        "s.revoked_at IS NULL AND s.expires_at > now() AND u.active",
        "s.expires_at > now() AND u.active",
        (f"{OF_SESSIONS}test_the_session_is_in_the_database_and_ends_there",),
    ),
    Fault(
        "a person who left and stays in",
        SESSIONS,
        "s.revoked_at IS NULL AND s.expires_at > now() AND u.active",
        "s.revoked_at IS NULL AND s.expires_at > now()",
        (f"{OF_TOKENS}test_who_has_left_is_refused_at_once",),
    ),
    Fault(
        "a password alone that opens what needs a factor",
        SESSIONS,
        "s.token_hash = %(token)s AND s.kind = 'web' AND s.stage = 'full'",
        "s.token_hash = %(token)s AND s.kind = 'web'",
        ("tests/web/identity/test_factors.py::test_a_pending_session_opens_nothing_else",),
    ),
    Fault(
        "sessions that each process remembers by itself",
        SESSIONS,
        "def find_web_session(",
        "@__import__('functools').cache\ndef find_web_session(",
        (f"{OF_SESSIONS}test_the_session_is_in_the_database_and_ends_there",),
    ),
    Fault(
        "sessions of apps that each process remembers by itself",
        SESSIONS,
        "def find_api_session(",
        "@__import__('functools').cache\ndef find_api_session(",
        ("tests/security/test_revocation.py::test_an_app_that_is_signed_out_and_its_refresh_token",),
    ),
    Fault(
        "a file of keys that each process reads once",
        "portal/platform/key_files.py",
        "if read is not None and read.version == version and now < read.ask_again:",
        "if read is not None:",
        ("tests/security/test_signing_keys.py::test_keys_change_under_traffic_and_no_request_fails",),
    ),
    Fault(
        "a session that keeps its id when somebody proves who they are",
        f"{IDENTITY}/sessions/services.py",
        "    old.revoked_at = clock.now()\n",
        "",
        ("tests/security/test_forgery.py::test_the_session_is_another_after_each_step_in",),
    ),
    Fault(
        "a refresh token that is good for ever",
        f"{IDENTITY}/tokens/services.py",
        "SET used_at = now() WHERE token_hash",
        "SET used_at = NULL WHERE token_hash",
        (f"{OF_PAIRS}test_a_used_token_that_comes_back_later_ends_the_session",),
    ),
    Fault(
        "a refresh token whose theft ends nothing",
        f"{IDENTITY}/tokens/services.py",
        "UPDATE identity.sessions SET revoked_at = now() WHERE id = %(id)s",
        "UPDATE identity.sessions SET seen_at = now() WHERE id = %(id)s",
        (f"{OF_PAIRS}test_a_used_token_that_comes_back_later_ends_the_session",),
    ),
    Fault(
        "an access token for another place",
        "portal/platform/signing.py",
        'issuer=self.issuer, options={"require": REQUIRED},',
        'options={"require": REQUIRED, "verify_aud": False},',
        (f"{OF_TOKENS}test_a_token_for_another_place_is_refused",),
    ),
    Fault(
        "an access token of another kind",
        "portal/platform/signing.py",
        'header.get("typ") != TYPE or key is None',
        "key is None",
        ("tests/platform/test_signing.py::test_what_our_key_signed_for_something_else_is_refused",),
    ),
    Fault(
        "an access token that nobody signed",
        "portal/platform/signing.py",
        'options={"require": REQUIRED},',
        'options={"require": REQUIRED, "verify_signature": False},',
        (f"{OF_TOKENS}test_only_our_signature_counts",),
    ),
    Fault(
        "a link from a mail that opens twice",
        f"{IDENTITY}/links/services.py",
        "WHERE id = %(id)s AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > %(now)s",
        "WHERE id = %(id)s",
        (f"{OF_LINKS}test_of_many_at_once_one_uses_the_link",),
    ),
)
ACTS = (
    Fault(
        "people who approve their own requests, as far as the database cares",
        "migrations/versions/0009_approvals.py",
        "CONSTRAINT approval_votes_not_by_maker CHECK (approver_id <> maker_id)",
        "CONSTRAINT approval_votes_not_by_maker CHECK (approver_id IS NOT NULL)",
        (f"{OF_APPROVALS}test_nobody_decides_their_own_request_and_the_database_says_so_too",),
    ),
    Fault(
        "people who approve their own requests, as far as the page cares",
        f"{IDENTITY}/approvals/services.py",
        "    if request.maker_id == actor.user_id:\n        raise OwnRequest\n",
        "",
        (f"{OF_APPROVALS}test_nobody_decides_their_own_request_and_the_database_says_so_too",),
    ),
    Fault(
        "an approval of something else than was read",
        f"{IDENTITY}/approvals/services.py",
        "    if content_hash(request.kind, request.subject, request.content) != request.content_hash:\n",
        "    if not request.content_hash:\n",
        (f"{OF_APPROVALS}test_content_that_was_tampered_with_is_not_done",),
    ),
    Fault(
        "approvals that count for what was edited since",
        f"{IDENTITY}/approvals/queries.py",
        "JOIN identity.approvals a ON a.id = v.approval_id AND a.content_hash = v.content_hash\n",
        "JOIN identity.approvals a ON a.id = v.approval_id\n",
        ("tests/domain/identity/test_interleavings.py::test_every_order_ends_as_the_rules_say",),
    ),
    Fault(
        "a permission that nobody asks for",
        f"{IDENTITY}/access/policies.py",
        "    if not can(actor, permission):\n        raise Forbidden\n",
        "    can(actor, permission)\n",
        (
            "tests/web/identity/test_users.py::test_only_administrators_decide_for_the_firm",
            "tests/domain/investments/imports/services/test_uploads.py::test_an_investor_and_an_auditor_may_not_import",
        ),
    ),
    Fault(
        "statements that the database shows to investors before they are published",
        "migrations/versions/0017_delegations.py",
        '("investments.statements", MY_RELEASED)):',
        '("investments.statements", MY_RELEASED.rpartition(" AND ")[0])):',
        (f"{OF_ROWS}test_investors_read_what_was_published",),
    ),
    Fault(
        "what others have said to be forbidden instead of unknown",
        "portal/web/toolkit/errors.py",
        "    NotFound: 404,\n",
        "    NotFound: 403,\n",
        ("tests/web/investments/test_statements.py::test_others_find_nothing",),
    ),
    Fault(
        "links to files that are good for ever",
        "portal/platform/file_links.py",
        "if clock.now().timestamp() >= expires:",
        "if expires < 0:",
        ("tests/web/operations/test_files.py::test_a_link_ends_after_a_minute_and_a_changed_one_is_none",),
    ),
    Fault(
        "exports with formulas that a spreadsheet runs",
        "portal/platform/spreadsheets.py",
        'return f"\'{text}" if text.startswith(FORMULA) else text',
        "return text",
        ("tests/web/investments/test_portfolio.py::test_exports_hold_the_same_figures",),
    ),
    Fault(
        "exports for whoever is signed in",
        "portal/web/operations/audit.py",
        '@blueprint.get("/export.<kind>")\n@requires(Permission.SEE_AUDIT)\n',
        '@blueprint.get("/export.<kind>")\n@requires()\n',
        ("tests/architecture/test_routes.py::test_every_route_says_who_may_come",),
    ),
    Fault(
        "a record of acts that can be changed",
        "migrations/versions/0002_identity.py",
        '    append_only("identity.audit_events")\n',
        "",
        ("tests/security/test_row_security.py::test_the_record_is_never_changed",),
    ),
    Fault(
        "a record of acts whose particulars are not sealed",
        f"{IDENTITY}/audit/queries.py",
        "e.request_id, e.detail::text AS detail",
        "e.request_id, ''::text AS detail",
        ("tests/domain/identity/audit/test_tampering.py::test_five_hundred_forgeries_are_all_found",),
    ),
)
FAULTS = (*ROWS, *FORMS, *COOKIES, *PROOFS, *STAYING, *ACTS, *PEOPLE, *MEANWHILE, *FILES, *LIBRARY)


def misplaced(read: dict[str, str]) -> Iterator[str]:
    """Faults that no longer apply to the files `read` holds, with what is wrong."""
    for fault in FAULTS:
        found = read.get(fault.path, "").count(fault.old)
        if found != 1:
            yield f"{fault.name}: {fault.path} has its text {found} times; write the fault anew"
        for test in fault.tests:
            path, _, name = test.partition("::")
            if f"def {name}(" not in read.get(path, ""):
                yield f"{fault.name}: there is no test {test}"
