"""The statements that collect what a person said to offerings, and what was verified of their accounts."""

from __future__ import annotations

from portal.domain.people.privacy.queries.questions import AMOUNT, MOMENT, Question

OFFERINGS = (
    Question.of(
        "investments/verifications",
        "What was asked to be verified of these accounts, and what the firm decided.",
        """SELECT a.name AS account, v.kind, v.basis, v.state, v.document_id, v.dated_on, v.expires_on, v.note,
          v.reason, v.asked_at, v.decided_at
        FROM investments.verifications v JOIN people.investor_accounts a ON a.id = v.account_id
        WHERE v.firm_id = %(firm)s AND v.account_id = ANY(%(accounts)s) ORDER BY v.asked_at, v.id""",
        account="the account",
        kind="what was verified",
        basis="on what it rests",
        state="whether it waits, was confirmed, refused, or ended",
        document_id="number of the document that shows it",
        dated_on="day of the letter, form or check",
        expires_on="last day on which it counts",
        note="note to the firm",
        reason="why it was refused or ended",
        asked_at=f"asked, {MOMENT}",
        decided_at=f"decided, {MOMENT}",
    ),
    Question.of(
        "investments/interests",
        "What was said for these accounts about investing; it bound nobody.",
        """SELECT a.name AS account, o.name AS opportunity, o.currency, h.amount, h.state, h.note, h.changed_at
        FROM investments.interest_changes h JOIN investments.interests i ON i.id = h.interest_id
        JOIN investments.opportunities o ON o.id = i.opportunity_id
        JOIN people.investor_accounts a ON a.id = h.account_id
        WHERE h.firm_id = %(firm)s AND h.account_id = ANY(%(accounts)s) ORDER BY h.id""",
        account="the account",
        opportunity="what was offered",
        currency="its currency",
        amount=AMOUNT,
        state="interested (standing), or not any more (withdrawn)",
        note="note to the firm",
        changed_at=f"said, {MOMENT}",
    ),
    Question.of(
        "investments/watched",
        "Opportunities that you watch.",
        """SELECT o.name AS opportunity, w.since FROM investments.opportunity_watches w
        JOIN investments.opportunities o ON o.id = w.opportunity_id
        WHERE w.firm_id = %(firm)s AND w.user_id = %(user)s ORDER BY w.since, o.id""",
        opportunity="what is offered",
        since=MOMENT,
    ),
    Question.of(
        "investments/opportunity-questions",
        "What you asked about opportunities, and what you were answered.",
        """SELECT o.name AS opportunity, q.asked_at, q.question, q.state, w.answer, w.answered_at, w.audience
        FROM investments.opportunity_questions q JOIN investments.opportunities o ON o.id = q.opportunity_id
        LEFT JOIN investments.opportunity_answers w ON w.question_id = q.id
        WHERE q.firm_id = %(firm)s AND q.asked_by = %(user)s ORDER BY q.asked_at, q.id""",
        opportunity="what was offered",
        asked_at=f"asked, {MOMENT}",
        question="your question",
        state="whether it waits or was answered",
        answer="the answer",
        answered_at=f"answered, {MOMENT}",
        audience="who reads the answer: you (asker), or everybody to whom it is offered; none learns who asked",
    ),
)
