"""The statements that collect what the papers to a person's accounts say: lines and returns of statements, notices."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.people.privacy.queries.questions import AMOUNT, Question

RATIO = "as a number; empty where it is undefined"
STATED = "s.firm_id = %(firm)s AND s.account_id = ANY(%(accounts)s) AND s.state IN ('published', 'superseded')"
FIGURES = {"code": "text", "period": "numeric", "year": "numeric", "inception": "numeric"}
PARTS = {"label": "text", "fund": "numeric", "account": "numeric", "unfunded_effect": "numeric"}


def _lines(kept: str, columns: Mapping[str, str]) -> str:
    """The lines of a frozen paper as rows, with `line` for their order."""
    types = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
    names = ", ".join(columns)
    return f"ROWS FROM (jsonb_to_recordset({kept}) AS ({types})) WITH ORDINALITY AS kept ({names}, line)"


PAPERS = (
    Question.of(
        "investments/statement-lines",
        "The figures of these statements, line by line, as they were frozen.",
        f"""SELECT s.number, s.snapshot ->> 'currency' AS currency, l.part, l.code AS line, l.period, l.year,
          l.inception
        FROM investments.statements s CROSS JOIN LATERAL (
          SELECT 1 AS place, 'account' AS part, * FROM {_lines("s.snapshot -> 'account_lines'", FIGURES)}
          UNION ALL SELECT 2, 'commitment', * FROM {_lines("s.snapshot -> 'commitment_lines'", FIGURES)}) l
        WHERE {STATED} ORDER BY s.ends_on, s.number, l.place, l.line""",  # noqa: S608 - our own text
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
        f"""SELECT s.number, p.as_of, s.snapshot ->> 'currency' AS currency, p.nav, p.dpi, p.rvpi, p.tvpi, p.pic, p.irr
        FROM investments.statements s LEFT JOIN LATERAL jsonb_to_record(s.snapshot -> 'performance') AS p (
          as_of date, nav numeric, dpi numeric, rvpi numeric, tvpi numeric, pic numeric, irr numeric) ON true
        WHERE {STATED} ORDER BY s.ends_on, s.number""",  # noqa: S608 - our own text
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
        f"""SELECT n.number AS notice, n.kind, c.account, c.vehicle, c.issued_on, c.due_on, c.currency, l.part,
          l.label AS line, l.fund, l.account AS yours, l.unfunded_effect, c.withheld, c.netted_call, c.reference,
          c.commitment, c.fund_commitment, c.contributed, c.distributed, c.unfunded_before
        FROM investments.notices n CROSS JOIN LATERAL jsonb_to_record(n.content) AS c (account text, vehicle text,
          issued_on date, due_on date, currency text, withheld numeric, netted_call text, reference text,
          commitment numeric, fund_commitment numeric, contributed numeric, distributed numeric,
          unfunded_before numeric)
        CROSS JOIN LATERAL (
          SELECT 1 AS place, 'called' AS part, * FROM {_lines("n.content -> 'called'", PARTS)}
          UNION ALL SELECT 2, 'paid_out', * FROM {_lines("n.content -> 'paid_out'", PARTS)}) l
        WHERE n.firm_id = %(firm)s AND n.account_id = ANY(%(accounts)s)
        ORDER BY n.issued_at, n.id, l.place, l.line""",  # noqa: S608 - our own text
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
