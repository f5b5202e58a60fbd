"""Which passwords are good enough."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.domain.identity.accounts.rules import find_password_problem, normal_form
from portal.platform.common_passwords import common_passwords, list_common_passwords

CONTEXT = ["Ada Lane", "ada.lane@meridian-harbour.example", "Meridian Harbour Capital"]


def problem(password: str, *, has_factor: bool = False) -> str | None:
    return find_password_problem(password, context=CONTEXT, common=common_passwords(), has_factor=has_factor)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "fifteen letters and more",
        "lamp turnip Oslo",
        "überraschend grüne Fähre",
        "猫が好きなのは本当に魚だけですか",
        "Meridian lines cross the quiet sea",
    ],
)
def test_long_and_unexpected_is_enough(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("fourteen chars", "at least 15"),
        ("x" * 129, "at most 128"),
        ("password12345678", "first that anybody tries"),
        ("!!!Football2026!!!", "first that anybody tries"),
        ("passwordpassword", "first that anybody tries"),
        ("abcabcabcabcabcabc", "first that anybody tries"),
        ("123456789012345678", "first that anybody tries"),
        ("abcdefghijklmnopq", "first that anybody tries"),
        ("aaaabbbbaaaabbbbab", "first that anybody tries"),
        ("meridianharbour2026", "your name"),
        ("AdaLane@Meridian-Harbour", "your name"),
        ("investor portal 1", "your name"),
    ],
)
def test_what_everybody_or_somebody_could_guess_is_refused(password: str, word: str) -> None:
    assert word in (problem(password) or "")


@given(st.sampled_from(list_common_passwords()), st.sampled_from(["", "1234567890123456", "!!!!!!!!!!!!!!!!"]))
def test_no_common_password_passes_however_it_is_lengthened(word: str, ornament: str) -> None:
    assert problem(word + ornament)
    assert problem((word * 15)[:60])


@given(st.text(max_size=14))
def test_a_second_factor_makes_three_characters_good(text: str) -> None:
    short, with_factor = problem(text), problem(text, has_factor=True)
    assert short is not None
    assert len(normal_form(text)) >= 12 or with_factor is not None


def test_twelve_characters_do_with_a_second_factor() -> None:
    assert problem("lamp turnip!") is not None
    assert problem("lamp turnip!", has_factor=True) is None
    assert problem("lamp turnip", has_factor=True) is not None


@given(st.text(min_size=1, max_size=140))
def test_the_same_keys_are_judged_the_same_in_every_normal_form(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert normal_form(forms[0]) == normal_form(forms[1])
    assert problem(forms[0]) == problem(forms[1])


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=30, max_size=60))
def test_no_kind_of_character_is_asked_for(text: str) -> None:
    assume(len(set(normal_form(text).casefold())) > 12)
    assume(problem(text) is None)
    assert problem(text.lower()) is None
    assert problem(text.upper()) is None
