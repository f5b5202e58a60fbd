"""Words that no other text contains, each of which says who may read it.

The scope is in the word (`zqqada007qqz`): `ada` and `ben` are investors of the first firm, `adaown` is what only Ada
and the firm's people see, `adaself` what nobody but Ada does; `shared` is what both hold, `staff` what only the firm's
own people see, `viewer` the name of one of them, and `foreign` everything of the second firm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

CANARY = re.compile(r"zqq([a-z]{3,})\d{3,}qqz", re.IGNORECASE)
Write = Callable[[str], str]


def canaries_of() -> Write:
    """`write("ada")` gives another word that nobody but those of the scope `ada` may read."""
    numbers = count(1)
    return lambda scope: f"zqq{scope}{next(numbers):03}qqz"


def alone(scope: str) -> str:
    """The scope of what nobody sees but the one person whose things are in the scope `scope`."""
    return f"{scope.removesuffix('own')}self"
