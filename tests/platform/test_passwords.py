"""Hashes of passwords."""

from unicodedata import normalize

from portal.platform.passwords import hash_password, verify_password


def test_a_password_is_the_same_however_its_accents_are_composed() -> None:
    composed, decomposed = (normalize(form, "Zürich, é and a lantern") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert verify_password(hash_password(composed), decomposed)
    assert verify_password(hash_password(decomposed), composed)
    assert not verify_password(hash_password(composed), "Zurich, e and a lantern")
    assert not verify_password(None, composed)
