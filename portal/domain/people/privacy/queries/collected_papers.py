"""The statements that collect what the papers to a person's accounts say: lines and returns of statements, notices."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import AMOUNT, Question

RATIO = "as a number; empty where it is undefined"
PAPERS = (
    Question.of(
        "investments/statement-lines",
        "The figures of these statements, line by line, as they were frozen.",
        """SELECT s.number, s.snapshot ->> 'currency' AS currency, l.part, l.code AS line, l.period, l.year, l.inception
        FROM investments.statements s JOIN LATERAL (
          SELECT 1 AS place, 'account' AS part, a.* FROM ROWS FROM (
            jsonb_to_recordset(s.snapshot -> 'account_lines') AS (code text, period text, year text, inception text)
          ) WITH ORDINALITY AS a (code, period, year, inception, line)
          UNION ALL SELECT 2, 'commitment', c.* FROM ROWS FROM (
            jsonb_to_recordset(s.snapshot -> 'commitment_lines') AS (code text, period text, year text, inception text)
          ) WITH ORDINALITY AS c (code, period, year, inception, line)
        ) l ON true
        WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.state IN ('published', 'superseded')
        ORDER BY s.ends_on, s.number, l.place, l.line""",
        number="number of the statement",
        currency="its currency",
        part="account (what it is worth) or commitment (what was promised)",
        line="the line, in the order of the statement: beginning_nav, contributions, and so on",
        period=f"of the period, {AMOUNT}",
        year=f"of the year to date, {AMOUNT}",
        inception=f"since inception, {AMOUNT}",
    ),
    Question.of(
        "investments/statement-returns",
        "The returns that these statements state, net, since inception.",
        """SELECT s.number, p ->> 'as_of' AS as_of, s.snapshot ->> 'currency' AS currency, p ->> 'nav' AS nav,
          p ->> 'dpi' AS dpi, p ->> 'rvpi' AS rvpi, p ->> 'tvpi' AS tvpi, p ->> 'pic' AS pic, p ->> 'irr' AS irr
        FROM investments.statements s CROSS JOIN LATERAL (SELECT s.snapshot -> 'performance' AS p) told
        WHERE s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.state IN ('published', 'superseded')
        ORDER BY s.ends_on, s.number""",
        number="number of the statement",
        as_of="day they are of",
        currency="its currency",
        nav=f"net asset value, {AMOUNT}",
        dpi=f"distributions to paid-in, {RATIO}",
        rvpi=f"net asset value to paid-in, {RATIO}",
        tvpi=f"both to paid-in, {RATIO}",
        pic=f"paid-in to commitment, {RATIO}",
        irr=f"internal rate of return, 0.10 is ten percent, {RATIO}",
    ),
    Question.of(
        "investments/notices",
        "What notices of calls and distributions told these accounts, a row for each line; the PDFs are documents.",
        """SELECT n.number AS notice, n.kind, n.content ->> 'account' AS account, n.content ->> 'vehicle' AS vehicle,
          n.content ->> 'issued_on' AS issued_on, n.content ->> 'due_on' AS due_on,
          n.content ->> 'currency' AS currency,
          l.part, l.label AS line, l.fund, l.account AS yours, l.unfunded_effect, n.content ->> 'withheld' AS withheld,
          n.content ->> 'netted_call' AS netted_call, n.content ->> 'reference' AS reference,
          n.content ->> 'commitment' AS commitment, n.content ->> 'fund_commitment' AS fund_commitment,
          n.content ->> 'contributed' AS contributed, n.content ->> 'distributed' AS distributed,
          n.content ->> 'unfunded_before' AS unfunded_before
        FROM investments.notices n CROSS JOIN LATERAL (
          SELECT 1 AS place, 'called' AS part, c.* FROM ROWS FROM (
            jsonb_to_recordset(n.content -> 'called') AS (label text, fund text, account text, unfunded_effect text)
          ) WITH ORDINALITY AS c (label, fund, account, unfunded_effect, line)
          UNION ALL SELECT 2, 'paid_out', p.* FROM ROWS FROM (
            jsonb_to_recordset(n.content -> 'paid_out') AS (label text, fund text, account text, unfunded_effect text)
          ) WITH ORDINALITY AS p (label, fund, account, unfunded_effect, line)
        ) l
        WHERE n.firm_id = %(firm)s AND n.account_id = ANY(%(accounts)s) ORDER BY n.issued_at, n.id, l.place, l.line""",
        notice="number of the notice",
        kind="of a call or a distribution, or that it is cancelled",
        account="the account",
        vehicle="the vehicle",
        issued_on="day it was issued",
        due_on="day money is due, or is paid",
        currency="its currency",
        part="called, or paid_out",
        line="what the line is for",
        fund=f"of the whole fund, {AMOUNT}",
        yours=f"of the account, {AMOUNT}",
        unfunded_effect=f"what it does to the unfunded promise, {AMOUNT}",
        withheld=f"kept back for tax from all that is paid out, {AMOUNT}",
        netted_call="number of the call that a distribution pays, where it pays one",
        reference="reference of the payment",
        commitment=f"promised by the account, {AMOUNT}",
        fund_commitment=f"promised by all, {AMOUNT}",
        contributed=f"paid in before this notice, {AMOUNT}",
        distributed=f"paid out before this notice, {AMOUNT}",
        unfunded_before=f"what could be called before this notice, {AMOUNT}",
    ),
)
