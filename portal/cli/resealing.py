"""After a rotation of keys: what earlier keys still hold is brought under the one in force, a batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from portal.domain.documents.filing.queries.texts import count_texts_by_key
from portal.domain.documents.filing.services.texts import reseal_texts
from portal.domain.documents.sharing.queries import count_addresses_by_key
from portal.domain.documents.sharing.services import reseal_addresses
from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.queries import count_emails_by_mark
from portal.domain.identity.emails.services import index_emails_anew
from portal.domain.identity.factors.queries import count_secrets_by_key
from portal.domain.identity.factors.services import reseal_secrets
from portal.domain.identity.firms.queries import list_firms
from portal.domain.identity.subjects.queries import count_rows_by_key
from portal.domain.identity.subjects.services import rewrap_subject_keys
from portal.domain.investments.imports.queries.owners import count_owners_by_key
from portal.domain.investments.imports.services.owners import reseal_owners
from portal.domain.investments.payments.queries.payouts import count_contents_by_key
from portal.domain.investments.payments.services.payouts import reseal_payment_files
from portal.domain.people.profiles.queries import count_tax_numbers_by_mark
from portal.domain.people.profiles.services import index_tax_numbers_anew
from portal.platform.idempotency import count_answers_by_key, reseal_answers
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

BATCH = 500


def reseal() -> int:
    """Bring what earlier keys hold, of every firm, under the keys in force; how many rows. Each batch is a transaction
    of its own, and people go on reading and writing meanwhile."""
    vault, done = resources().vault, 0
    for firm in list_firms():
        system = Actor.system(firm.id)
        with acting_as(system.tenancy):
            steps: tuple[Callable[[], int], ...] = (
                partial(rewrap_subject_keys, system, most=BATCH),
                partial(reseal_secrets, system, vault, most=BATCH),
                partial(index_emails_anew, system, most=BATCH),
                partial(index_tax_numbers_anew, system, most=BATCH),
                partial(reseal_owners, system, vault, most=BATCH),
                partial(reseal_answers, vault, most=BATCH),
                partial(reseal_addresses, system, vault, most=BATCH),
                partial(reseal_texts, system, vault, most=BATCH),
                partial(reseal_payment_files, system, vault, most=BATCH),
            )
            for step in steps:
                while count := step():
                    done += count
    return done


def count_held() -> tuple[Counter[str], Counter[bytes]]:
    """How many rows each sealing key holds, by its id, and each index key, by its mark; of every firm."""
    sealing, index = Counter[str](), Counter[bytes]()
    for firm in list_firms():
        with acting_as(Actor.system(firm.id).tenancy):
            by_key = (count_rows_by_key, count_secrets_by_key, count_answers_by_key)
            of_firm = (count_owners_by_key, count_addresses_by_key, count_texts_by_key, count_contents_by_key)
            for counted in (*(count() for count in by_key), *(count(firm.id) for count in of_firm)):
                sealing.update(counted)
            index.update(count_emails_by_mark(firm.id))
            index.update(count_tax_numbers_by_mark(firm.id))
    return sealing, index
