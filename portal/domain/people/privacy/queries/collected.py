"""The statements that collect what is held about one person, and what their columns mean.

All are asked in the firm's system tenancy, with the firm, the person and the accounts they act for. What other people
did is there as far as it was done to this person, without who they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType as Meanings

MOMENT = "moment in UTC"
AMOUNT = "amount in the currency beside it"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for one file."""

    file: str
    sentence: str
    statement: str
    columns: Meanings[str, str]
    is_list: bool = True


def _question(file: str, sentence: str, statement: str, *, is_list: bool = True, **columns: str) -> Question:
    return Question(file, sentence, statement, Meanings(columns), is_list)


YOU = (
    _question(
        "you/person",
        "Who you are here.",
        """SELECT u.id, u.name, u.active, u.locale, u.time_zone, u.created_at, f.name AS firm
        FROM identity.users u JOIN identity.firms f ON f.id = u.firm_id
        WHERE u.firm_id = %(firm)s AND u.id = %(user)s""",
        is_list=False,
        id="your number",
        name="your name",
        active="whether you may sign in",
        locale="language and country that you chose",
        time_zone="time zone that you chose",
        created_at=f"when you were added, {MOMENT}",
        firm="the firm",
    ),
    _question(
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
    _question(
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
ERASURES = (
    _question(
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
SIGN_IN = (
    _question(
        "sign-in/roles",
        "What you may do.",
        """SELECT role, granted_at FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s
        ORDER BY role""",
        role="your role",
        granted_at=f"since when, {MOMENT}",
    ),
    _question(
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
    _question(
        "sign-in/factors",
        "Your authenticator app. Its secret stays with us: it would let others in.",
        """SELECT 'totp' AS kind, created_at, used_at FROM identity.totp_factors
        WHERE firm_id = %(firm)s AND user_id = %(user)s""",
        kind="totp: codes of an app",
        created_at=f"set up, {MOMENT}",
        used_at=f"last use, {MOMENT}",
    ),
    _question(
        "sign-in/recovery-codes",
        "Your recovery codes. We do not know the codes themselves.",
        """SELECT created_at, used_at FROM identity.recovery_codes WHERE firm_id = %(firm)s AND user_id = %(user)s
        ORDER BY created_at, used_at""",
        created_at=f"issued, {MOMENT}",
        used_at=f"used, {MOMENT}",
    ),
    _question(
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
    _question(
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
    _question(
        "record/requests",
        "Requests for approval that you made, or that are about you.",
        """SELECT kind, content, reason, maker_id = %(user)s AS by_you, state, created_at, closed_at
        FROM identity.approvals WHERE firm_id = %(firm)s
          AND (maker_id = %(user)s OR subject = ANY(%(resources)s)) ORDER BY created_at""",
        kind="what was asked for",
        content="what was to be done, word for word",
        reason="why",
        by_you="whether you asked",
        state="what became of it",
        created_at=f"asked, {MOMENT}",
        closed_at=f"closed, {MOMENT}",
    ),
    _question(
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
INVESTMENTS = (
    _question(
        "accounts/accounts",
        "The accounts you act for.",
        """SELECT a.id, a.name, a.kind, a.tax_residence, m.granted_at AS since FROM people.investor_accounts a
        JOIN people.account_members m ON m.account_id = a.id
        WHERE m.firm_id = %(firm)s AND m.user_id = %(user)s ORDER BY a.name_key""",
        id="number of the account",
        name="its name",
        kind="what the holder is",
        tax_residence="country of tax residence",
        since=f"since when you act for it, {MOMENT}",
    ),
    _question(
        "investments/holdings",
        "What these accounts hold: per vehicle, what was promised, paid and got.",
        """SELECT h.id, a.name AS account, v.name AS vehicle, h.currency, h.commitment, h.unfunded, h.paid_in,
          h.distributed, h.net_assets, h.fees, h.valued_on
        FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id
        JOIN investments.vehicles v ON v.id = h.vehicle_id
        WHERE h.firm_id = %(firm)s AND h.account_id = ANY(%(accounts)s) ORDER BY a.name_key, v.name_key""",
        id="number of the holding",
        account="the account",
        vehicle="what is invested in",
        currency="its currency",
        commitment=f"promised, {AMOUNT}",
        unfunded=f"promised and not called, {AMOUNT}",
        paid_in=f"paid in, {AMOUNT}",
        distributed=f"paid out, {AMOUNT}",
        net_assets=f"net asset value, {AMOUNT}",
        fees=f"fees, {AMOUNT}",
        valued_on="day of the last valuation",
    ),
    _question(
        "investments/transactions",
        "Every entry of these holdings, reversed ones too.",
        """SELECT j.id, a.name AS account, v.name AS vehicle, j.kind, j.opening, j.currency, j.amount,
          j.unfunded_effect, j.stated_nav, j.effective_on, j.posted_at, j.reference, j.reverses
        FROM investments.journals j JOIN investments.holdings h ON h.id = j.holding_id
        JOIN people.investor_accounts a ON a.id = h.account_id JOIN investments.vehicles v ON v.id = h.vehicle_id
        WHERE j.firm_id = %(firm)s AND j.account_id = ANY(%(accounts)s) ORDER BY j.effective_on, j.posted_at, j.id""",
        id="number of the entry",
        account="the account",
        vehicle="what is invested in",
        kind="what happened",
        opening="whether it states an opening balance",
        currency="its currency",
        amount=AMOUNT,
        unfunded_effect=f"what it does to the unfunded promise, {AMOUNT}",
        stated_nav=f"net asset value that it states, {AMOUNT}",
        effective_on="day it counts from",
        posted_at=f"when it was entered, {MOMENT}",
        reference="reference",
        reverses="number of the entry that it takes back",
    ),
    _question(
        "investments/postings",
        "The lines behind each entry, as the books keep them.",
        """SELECT p.id, p.journal_id, p.bucket, p.currency, p.amount, p.effective_on FROM investments.postings p
        WHERE p.firm_id = %(firm)s AND p.account_id = ANY(%(accounts)s) ORDER BY p.id""",
        id="number of the line",
        journal_id="number of the entry",
        bucket="what it adds to or takes from",
        currency="its currency",
        amount=AMOUNT,
        effective_on="day it counts from",
    ),
    _question(
        "investments/statements",
        "Statements that were published to these accounts; the PDFs lie beside this list.",
        """SELECT s.number, a.name AS account, v.name AS vehicle, s.frequency, s.ends_on, s.version, s.state,
          s.published_at, s.superseded_at, s.pdf_digest AS sha256,
          'investments/statements/' || s.number || '.pdf' AS pdf
        FROM investments.statements s JOIN people.investor_accounts a ON a.id = s.account_id
        JOIN investments.vehicles v ON v.id = s.vehicle_id
        WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.state IN ('published', 'superseded')
        ORDER BY s.ends_on, s.number""",
        number="number of the statement",
        account="the account",
        vehicle="what is invested in",
        frequency="month or quarter",
        ends_on="last day of the period",
        version="version",
        state="published, or superseded by a later version",
        published_at=MOMENT,
        superseded_at=MOMENT,
        sha256="digest of the PDF (SHA-256)",
        pdf="the PDF in this archive",
    ),
)
QUESTIONS = (*YOU, *ERASURES, *INVESTMENTS, *SIGN_IN, *RECORD)
