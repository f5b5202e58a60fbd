"""Whom the lines of papers name that a feature makes itself, so that nobody has to read these papers again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.filing.queries.known import get_reader
from portal.domain.documents.filing.rules.recipients import find_strangers
from portal.domain.identity.access.values import Actor
from portal.platform import db

# Accounts with who acts for them and whom they let in, as of one account in queries/circles.py.
CIRCLES = """
SELECT account_id, user_id AS id FROM people.account_members
WHERE firm_id = %(firm)s AND account_id = ANY(%(accounts)s)
UNION SELECT a.account_id, d.delegate_id FROM people.delegated_accounts a
  JOIN people.delegations d ON d.id = a.delegation_id
  WHERE a.firm_id = %(firm)s AND a.account_id = ANY(%(accounts)s) AND d.revoked_at IS NULL
"""


def list_lines_with_strangers(actor: Actor, lines: Sequence[tuple[UUID, str]]) -> list[int]:
    """Of lines in papers of accounts, as (account, words), the places of those that name somebody who is a stranger to
    the account, from 0. Lines that many papers have are read once."""
    if not lines:
        return []
    reader, circles = get_reader(actor), _circles(actor, {account for account, _ in lines})
    hits = {words: reader.read(1, words) for words in {words for _, words in lines}}
    return [place for place, (account, words) in enumerate(lines) if find_strangers(hits[words], [circles[account]])]


def _circles(actor: Actor, accounts: set[UUID]) -> dict[UUID, frozenset[UUID]]:
    people = defaultdict[UUID, set[UUID]](set)
    for row in db.fetch_all(CIRCLES, firm=actor.firm_id, accounts=list(accounts)):
        people[row.account_id].add(row.id)
    return {account: frozenset({account} | people[account]) for account in accounts}
