"""What an account's name tells of its holder."""

import pytest

from portal.domain.investments.imports.rules.holders import guess_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Lane Family Trust", "trust"),
        ("Estate of J. Ortiz", "trust"),
        ("Ada Lane Roth IRA", "retirement"),
        ("Smith Family Trust, IRA", "retirement"),
        ("Lane Holdings, LLC", "company"),
        ("Ortiz Capital Partners L.P.", "partnership"),
        ("Ada & Ben Lane", "joint"),
        ("Ada Lane and Ben Ortiz", "joint"),
        ("Marks & Spencer plc", "company"),
        ("CalPERS", "company"),
        ("Ada Lane", "company"),
    ],
)
def test_its_words_tell_and_a_company_otherwise(name: str, kind: str) -> None:
    assert guess_kind(name) == kind
