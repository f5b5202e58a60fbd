"""What a process keeps: the latest used, up to a size."""

from __future__ import annotations

from portal.platform.keeping import Kept


def test_what_was_not_used_for_longest_goes_first() -> None:
    kept: Kept[str] = Kept(10)
    kept.keep("a", "aaaa")
    kept.keep("b", "bbbb")
    assert kept.find("a") == "aaaa"
    kept.keep("c", "cccc")

    assert [kept.find(key) for key in "abc"] == ["aaaa", None, "cccc"]


def test_the_same_key_counts_once() -> None:
    kept: Kept[bytes] = Kept(10)
    for _ in range(5):
        kept.keep("a", b"12345")
    kept.keep("b", b"12345")

    assert (kept.find("a"), kept.find("b")) == (b"12345", b"12345")


def test_what_is_too_large_is_not_kept() -> None:
    kept: Kept[str] = Kept(3)
    kept.keep("a", "1234")

    assert kept.find("a") is None
