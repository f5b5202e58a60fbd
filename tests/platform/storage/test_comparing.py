"""Two sorted lists side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.platform.storage.claims import Claim
from portal.platform.storage.comparing import pair
from portal.platform.storage.interface import ListedObject

NOW, NOBODY = datetime(2026, 11, 23, tzinfo=UTC), UUID(int=0)
KEYS = st.text("ab/.", min_size=1, max_size=4)


@given(st.sets(KEYS), st.lists(KEYS))
def test_every_key_of_both_sides_comes_once_with_its_other_side(stored: set[str], claimed: list[str]) -> None:
    objects = [ListedObject(key, 1, NOW) for key in sorted(stored)]
    claims = [Claim(NOBODY, key, "t", UUID(int=number), None, None) for number, key in enumerate(sorted(claimed))]

    found = list(pair(objects, claims))

    assert [claim for _, claim in found if claim is not None] == claims
    assert all(here is None or claim is None or here.key == claim.key for here, claim in found)
    assert {here.key for here, claim in found if here and claim is None} == stored - set(claimed)
    assert {claim.key for here, claim in found if claim and here is None} == set(claimed) - stored
    assert {here.key for here, _ in found if here} == stored
