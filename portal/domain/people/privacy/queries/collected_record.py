"""The statements that collect how a person signs in, and the record of what they did."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

SIGN_IN = (
    Question.of(
        "sign-in/roles",
        "What you may do.",
        """SELECT role, granted_at FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s
        ORDER BY role""",
        role="your role",
        granted_at=f"since when, {MOMENT}",
    ),
    Question.of(
        "sign-in/sessions",
        "Where and when you signed in.",
        """SELECT kind, agent, address, created_at, seen_at, expires_at, revoked_at FROM identity.sessions
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY created_at""",
        kind="web (a browser) or api (an app)",
        agent="what the browser or app calls itself",
        address="network address",
        created_at=f"sign-in, {MOMENT}",
        seen_at=f"last use, {MOMENT}",
        expires_at=f"end at the latest, {MOMENT}",
        revoked_at=f"ended before, {MOMENT}",
    ),
    Question.of(
        "sign-in/factors",
        "Your authenticator app. Its secret stays with us: it would let others in.",
        """SELECT 'totp' AS kind, created_at, used_at FROM identity.totp_factors
        WHERE firm_id = %(firm)s AND user_id = %(user)s""",
        kind="totp: codes of an app",
        created_at=f"set up, {MOMENT}",
        used_at=f"last use, {MOMENT}",
    ),
    Question.of(
        "sign-in/recovery-codes",
        "Your recovery codes. We do not know the codes themselves.",
        """SELECT created_at, used_at FROM identity.recovery_codes WHERE firm_id = %(firm)s AND user_id = %(user)s
        ORDER BY created_at, used_at""",
        created_at=f"issued, {MOMENT}",
        used_at=f"used, {MOMENT}",
    ),
    Question.of(
        "sign-in/passkeys",
        "Your passkeys. Their secret halves are on your devices alone.",
        """SELECT name, created_at, used_at, backed_up FROM identity.passkeys
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY created_at""",
        name="the name you gave it",
        created_at=f"set up, {MOMENT}",
        used_at=f"last use, {MOMENT}",
        backed_up="whether your device copies it",
    ),
    Question.of(
        "sign-in/text-messages",
        "Whether codes are sent to your telephone.",
        """SELECT created_at, used_at FROM identity.text_factors WHERE firm_id = %(firm)s AND user_id = %(user)s""",
        created_at=f"turned on, {MOMENT}",
        used_at=f"last use, {MOMENT}",
    ),
    Question.of(
        "sign-in/recoveries",
        "Removals of a lost second factor of yours.",
        """SELECT begun_at, due_at, ended, ended_at FROM identity.recoveries
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY begun_at""",
        begun_at=MOMENT,
        due_at=f"not before, {MOMENT}",
        ended="stopped or done",
        ended_at=MOMENT,
    ),
    Question.of(
        "sign-in/links",
        "Links that were sent to you by mail.",
        """SELECT purpose, created_at, expires_at, used_at, withdrawn_at FROM identity.links
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY created_at""",
        purpose="what the link was for",
        created_at=f"made, {MOMENT}",
        expires_at=f"good until, {MOMENT}",
        used_at=f"used, {MOMENT}",
        withdrawn_at=f"withdrawn, {MOMENT}",
    ),
)
RECORD = (
    Question.of(
        "record/views",
        "When staff of the firm saw the portal as you do, or you as somebody else does.",
        """SELECT viewer_id = %(user)s AS by_you, reason, begun_at, ended_at FROM identity.viewings
        WHERE firm_id = %(firm)s AND (viewer_id = %(user)s OR investor_id = %(user)s) ORDER BY begun_at""",
        by_you="whether you looked",
        reason="why",
        begun_at=MOMENT,
        ended_at=MOMENT,
    ),
    Question.of(
        "record/acts",
        "What you did, and what was done to you or the accounts you act for, as the sealed record has it.",
        """SELECT at, actor_id IS NOT DISTINCT FROM %(user)s AS by_you, act, resource, result,
          CASE WHEN actor_id = %(user)s THEN address END AS address,
          CASE WHEN actor_id = %(user)s THEN agent END AS agent
        FROM identity.audit_events WHERE firm_id = %(firm)s
          AND (actor_id = %(user)s OR on_behalf_of = %(user)s OR resource = ANY(%(resources)s)) ORDER BY id""",
        at=MOMENT,
        by_you="whether you did it",
        act="the act",
        resource="the kind and number of the thing it was done to",
        result="done or refused",
        address="your network address",
        agent="your browser or app",
    ),
    Question.of(
        "record/requests",
        "Requests for approval that you made, or that are about you.",
        """SELECT kind, CASE WHEN subject = ANY(%(resources)s) THEN content END AS content, reason,
          maker_id = %(user)s AS by_you, state, created_at, closed_at
        FROM identity.approvals WHERE firm_id = %(firm)s
          AND (maker_id = %(user)s OR subject = ANY(%(resources)s)) ORDER BY created_at""",
        kind="what was asked for",
        content="what was to be done, word for word, where it is about you",
        reason="why",
        by_you="whether you asked",
        state="what became of it",
        created_at=f"asked, {MOMENT}",
        closed_at=f"closed, {MOMENT}",
    ),
    Question.of(
        "record/decisions",
        "Your decisions on requests of others.",
        """SELECT a.kind, v.approves, v.comment, v.at FROM identity.approval_votes v
        JOIN identity.approvals a ON a.id = v.approval_id
        WHERE v.firm_id = %(firm)s AND v.approver_id = %(user)s ORDER BY v.at""",
        kind="what was asked for",
        approves="whether you approved",
        comment="your comment",
        at=MOMENT,
    ),
)
