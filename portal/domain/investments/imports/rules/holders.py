"""What kind of holder an account's name tells of."""

from __future__ import annotations

import re

from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.ids import name_key

# In the order in which they are believed: "Smith Family Trust IRA" is a retirement account, "A & B LLC" a company.
_WORDS = (
    (AccountKind.RETIREMENT, "ira roth sep 401k 401(k) 403b superannuation sipp"),
    (AccountKind.PARTNERSHIP, "lp llp lllp l.p. l.l.p. partnership partners kg scsp"),
    (
        AccountKind.COMPANY,
        "llc l.l.c. inc inc. corp corp. corporation co co. company ltd ltd. limited plc gmbh ag sa s.a. sarl bv b.v. "
        "nv oy ab aps holding holdings group bank fund funds insurance pension endowment foundation university "
        "capital ventures investments",
    ),
    (AccountKind.TRUST, "trust trustee trustees estate settlement"),
)
_KIND_OF_WORD = [(kind, frozenset(words.split())) for kind, words in _WORDS]
_TWO_PEOPLE = re.compile(r"[a-z.' -]+ (?:and|&) [a-z.' -]+", re.IGNORECASE)


def guess_kind(name: str) -> AccountKind:
    """What the words of a name say of its holder; a company where they say nothing.

    A person's name cannot be told from a plan's or a brand's, so that nobody is taken for an individual.
    """
    words = set(re.split(r"[\s,]+", name_key(name)))
    for kind, telling in _KIND_OF_WORD:
        if words & telling:
            return kind
    return AccountKind.JOINT if _TWO_PEOPLE.fullmatch(name) else AccountKind.COMPANY
