"""Which distributions a reader may know of."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission

OF_THE_FIRM = "{table}.firm_id = %(firm)s"
OF_THE_PERSON = """{table}.firm_id = %(firm)s AND {table}.state IN ('approved', 'posted', 'reversed')
  AND EXISTS (SELECT FROM investments.distribution_shares m WHERE m.distribution_id = {table}.id AND m.issued
    AND m.account_id = ANY ((SELECT people.my_account_ids())::uuid[]))"""


def visible_distributions(actor: Actor, table: str = "d") -> str:
    """The condition that leaves what `actor` may see of the table of distributions: staff who see all portfolios see
    the firm's, drafts too; everybody else what was approved and pays accounts that they see. Needs the parameter
    `firm`."""
    return (OF_THE_FIRM if can(actor, Permission.SEE_ALL_PORTFOLIOS) else OF_THE_PERSON).format(table=table)


def visible_shares(actor: Actor, table: str = "s") -> str:
    """The same of the table of shares."""
    mine = " AND {table}.issued AND {table}.account_id = ANY ((SELECT people.my_account_ids())::uuid[])"
    return (OF_THE_FIRM + ("" if can(actor, Permission.SEE_ALL_PORTFOLIOS) else mine)).format(table=table)
