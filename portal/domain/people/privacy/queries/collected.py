"""The statements that collect what is held about one person, and what their columns mean.

All are asked in the firm's system tenancy, with the firm, the person and the accounts they act for, `alone` those that
nobody else does. What other people did is there as far as it was done to this person, without who they are.
"""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import MOMENT, Question

YOU = (
    Question.of(
        "you/person",
        "Who you are here.",
        """SELECT u.id, u.name, u.email_sealed, u.phone_sealed, u.active, u.locale, u.time_zone, u.created_at,
          f.name AS firm, k.wrapped
        FROM identity.users u JOIN identity.firms f ON f.id = u.firm_id
        JOIN identity.subject_keys k ON k.subject_id = u.id
        WHERE u.firm_id = %(firm)s AND u.id = %(user)s""",
        is_list=False,
        id="your number",
        name="your name",
        email="your e-mail address",
        phone="your telephone number",
        active="whether you may sign in",
        locale="language and country that you chose",
        time_zone="time zone that you chose",
        created_at=f"when you were added, {MOMENT}",
        firm="the firm",
    ),
    Question.of(
        "you/consents",
        "Each consent you gave, declined or withdrew, with the text it was about.",
        """SELECT p.name AS purpose, c.version, c.given, c.at, c.address, c.agent, t.body AS text FROM people.consents c
        JOIN people.consent_purposes p ON p.id = c.purpose_id
        JOIN people.consent_texts t ON t.purpose_id = c.purpose_id AND t.version = c.version
        WHERE c.firm_id = %(firm)s AND c.user_id = %(user)s ORDER BY c.id""",
        purpose="what was asked for",
        version="version of the text",
        given="whether you consented",
        at=MOMENT,
        address="network address you answered from",
        agent="browser or app you answered with",
        text="the text, word for word",
    ),
    Question.of(
        "you/exports",
        "Each time you asked for this file.",
        """SELECT requested_at, ready_at, expires_at, state, file_size AS bytes FROM people.data_exports
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY requested_at""",
        requested_at=f"when you asked, {MOMENT}",
        ready_at=f"when it was ready, {MOMENT}",
        expires_at=f"when it goes, {MOMENT}",
        state="where it stands",
        bytes="size in bytes",
    ),
)
DETAILS = (
    Question.of(
        "you/details",
        "Tax number, birth and address, of you and of the accounts you act for; masked where others do too.",
        """SELECT s.id AS subject_id, s.name AS subject, s.alone, p.details, p.changed_at, k.wrapped FROM (
          SELECT id, name, true AS alone FROM identity.users WHERE id = %(user)s
          UNION ALL SELECT id, name, id = ANY(%(alone)s) FROM people.investor_accounts WHERE id = ANY(%(accounts)s)
        ) s JOIN people.profiles p ON p.subject_id = s.id JOIN identity.subject_keys k ON k.subject_id = s.id
        WHERE p.firm_id = %(firm)s ORDER BY s.name""",
        subject="you, or the account",
        tax_number="tax number",
        born_on="date of birth",
        postal_address="postal address",
        changed_at=MOMENT,
    ),
    Question.of(
        "accounts/bank-details",
        "Bank details of the accounts you act for; the number is masked where others act for it too.",
        """SELECT i.id, i.account_id, a.name AS account, i.method, i.state, i.entered_at, i.hold_until,
          i.entered_by = %(user)s AS by_you, a.id = ANY(%(alone)s) AS alone, i.details, k.wrapped
        FROM people.payment_instructions i JOIN people.investor_accounts a ON a.id = i.account_id
        JOIN identity.subject_keys k ON k.subject_id = a.id
        WHERE i.firm_id = %(firm)s AND i.account_id = ANY(%(accounts)s) ORDER BY i.entered_at""",
        account="the account",
        method="how money travels there",
        holder="who holds the bank account",
        bank="the bank",
        number="its number",
        routing="the bank's routing number",
        state="where they stand",
        by_you="whether you entered them",
        entered_at=MOMENT,
        hold_until=f"not used before, {MOMENT}",
    ),
    Question.of(
        "accounts/bank-detail-steps",
        "What was done to these bank details.",
        """SELECT a.name AS account, e.state, e.at, e.by_user IS NOT DISTINCT FROM %(user)s AS by_you, e.reason
        FROM people.payment_instruction_events e JOIN people.investor_accounts a ON a.id = e.account_id
        WHERE e.firm_id = %(firm)s AND e.account_id = ANY(%(accounts)s) ORDER BY e.id""",
        account="the account",
        state="where they stood then",
        at=MOMENT,
        by_you="whether you did it",
        reason="why",
    ),
    Question.of(
        "accounts/delegations",
        "Whom you let see accounts of yours, and what you were let see.",
        """SELECT d.grantor_id = %(user)s AS by_you, d.called, d.relation, d.scopes, d.given_on, d.until, d.revoked_at,
          (SELECT count(*) FROM people.delegated_accounts s WHERE s.delegation_id = d.id) AS accounts
        FROM people.delegations d WHERE d.firm_id = %(firm)s
          AND (d.grantor_id = %(user)s OR d.delegate_id = %(user)s) ORDER BY d.created_at""",
        by_you="whether you gave it",
        called="what the other, or you, is called",
        relation="what they are to the one who gave it",
        scopes="what may be seen",
        given_on="since",
        until="to the end of this day",
        revoked_at=f"ended before, {MOMENT}",
        accounts="how many accounts",
    ),
    Question.of(
        "you/contact-changes",
        "Changes of your e-mail address and telephone number.",
        """SELECT c.id, c.user_id, c.kind, c.old_sealed, c.new_sealed, c.asked_at, c.confirmed_at, c.undone_at,
          k.wrapped
        FROM identity.contact_changes c JOIN identity.subject_keys k ON k.subject_id = c.user_id
        WHERE c.firm_id = %(firm)s AND c.user_id = %(user)s ORDER BY c.asked_at""",
        kind="e-mail address or telephone number",
        old="before",
        new="then",
        asked_at=MOMENT,
        confirmed_at=MOMENT,
        undone_at=MOMENT,
    ),
)
ERASURES = (
    Question.of(
        "you/erasures",
        "Requests to erase you.",
        """SELECT state, asked_by = user_id AS by_you, asked_at, reason, answer, closed_at FROM people.erasures
        WHERE firm_id = %(firm)s AND user_id = %(user)s ORDER BY asked_at""",
        state="where it stands",
        by_you="whether you asked",
        asked_at=MOMENT,
        reason="why it was asked for",
        answer="why it was refused",
        closed_at=MOMENT,
    ),
)
