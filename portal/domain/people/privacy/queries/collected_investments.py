"""The statements that collect what the accounts of a person hold."""

from __future__ import annotations

from portal.domain.people.privacy.queries.collected_subscriptions import SUBSCRIPTIONS
from portal.domain.people.privacy.queries.questions import AMOUNT, MOMENT, Question

INVESTMENTS = (
    Question.of(
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
    Question.of(
        "investments/holdings",
        "What these accounts hold: per vehicle, what was promised, paid and got.",
        """SELECT h.id, a.name AS account, v.name AS vehicle, h.currency, h.commitment, h.unfunded, h.paid_in,
          h.distributed, h.net_assets, h.fees, h.called, h.transferred, h.valued_on
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
        called=f"called and not paid yet, {AMOUNT}",
        transferred=f"net asset value of interests taken over, less of those given away, {AMOUNT}",
        valued_on="day of the last valuation",
    ),
    Question.of(
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
    Question.of(
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
    Question.of(
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
    Question.of(
        "investments/distributions",
        "What approved distributions pay to these accounts, with what is withheld and how it came about.",
        """SELECT d.number, a.name AS account, v.name AS vehicle, d.pay_on, d.state, s.state AS money, d.currency,
          s.gross, s.withheld, s.in_kind, s.net, s.recallable, s.components::text, s.tiers::text
        FROM investments.distribution_shares s JOIN investments.distributions d ON d.id = s.distribution_id
        JOIN people.investor_accounts a ON a.id = s.account_id JOIN investments.vehicles v ON v.id = d.vehicle_id
        WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.issued
        ORDER BY d.pay_on, v.name_key, d.number, a.name_key""",
        number="number of the distribution",
        account="the account",
        vehicle="what paid it",
        pay_on="day it is paid on",
        state="approved, posted, or reversed",
        money="where the money is: unpaid, in_file, paid, or returned",
        currency="its currency",
        gross=f"everything, before tax, {AMOUNT}",
        withheld=f"kept back for tax, {AMOUNT}",
        in_kind=f"what does not come as money, {AMOUNT}",
        net=f"money paid, {AMOUNT}",
        recallable=f"what may be called again, {AMOUNT}",
        components="per source: amount, of it recallable, rate, withheld, what the rate rests on",
        tiers="per tier: amount, the part of the account, of all",
    ),
    *SUBSCRIPTIONS,
    Question.of(
        "investments/tax-forms",
        "What each box of your tax forms says, in each version; the PDF of the one in force is among the documents.",
        """SELECT a.name AS account, t.content ->> 'payer' AS vehicle, t.tax_year, t.kind AS form, t.stage, t.version,
          (t.content ->> 'corrected')::boolean AS corrected, t.delivery, t.mailed_on, t.issued_at,
          b.code AS box, b.label, b.value
        FROM investments.tax_forms t JOIN people.investor_accounts a ON a.id = t.account_id
        LEFT JOIN LATERAL jsonb_to_recordset(t.content -> 'boxes') AS b (code text, label text, value text) ON true
        WHERE t.firm_id = %(firm)s AND t.account_id = ANY(%(accounts)s)
        ORDER BY t.tax_year, a.name_key, t.kind, t.version, t.id""",
        account="the account",
        vehicle="the vehicle",
        tax_year="tax year",
        form="form: k1 (Schedule K-1), 1099_div, 1099_int or 1042_s",
        stage="estimate or final",
        version="version of the form",
        corrected="whether it corrects a final one",
        delivery="in the portal (electronic) or on paper",
        mailed_on="day its paper was sent",
        issued_at=MOMENT,
        box="number of the box; empty where none is filled",
        label="what the box says",
        value="amount in US dollars, rate in percent, text, or x where it is checked",
    ),
    Question.of(
        "accounts/tax-consents",
        "Each answer about tax forms in the portal alone, of the accounts you act for, with the text it was about.",
        """SELECT a.name AS account, c.version, c.given, c.at, c.user_id = %(user)s AS by_you,
          CASE WHEN c.user_id = %(user)s THEN c.address END AS address,
          CASE WHEN c.user_id = %(user)s THEN c.agent END AS agent, c.body AS text
        FROM investments.tax_consents c JOIN people.investor_accounts a ON a.id = c.account_id
        WHERE c.firm_id = %(firm)s AND (c.account_id = ANY(%(accounts)s) OR c.user_id = %(user)s) ORDER BY c.at""",
        account="the account",
        version="version of the text",
        given="whether it was consented to",
        at=MOMENT,
        by_you="whether you answered",
        address="network address you answered from",
        agent="browser or app you answered with",
        text="the text, word for word",
    ),
)
