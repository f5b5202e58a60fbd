"""Signatures and answers that can be printed, and nothing else taken for one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.signing.errors import BadMark, PlacedBadly
from portal.domain.documents.signing.rules.evidence import mask_email, shown_digest
from portal.domain.documents.signing.rules.marks import draw_path, fill, read_answers, read_mark, read_strokes
from portal.domain.documents.signing.rules.placing import box_at, box_from, placed
from portal.domain.documents.signing.values.fields import Box, FieldKind, NewField, Spot
from portal.domain.documents.signing.values.marks import CANVAS, CONSENT_VERSION, MarkKind
from portal.platform.errors import Invalid
from tests.factories.signing import DRAWN_PATH, TYPED_MARK, make_box, make_field

point = st.tuples(st.integers(0, CANVAS[0]), st.integers(0, CANVAS[1]))
strokes = st.lists(st.lists(point, min_size=1, max_size=30).map(tuple), min_size=1, max_size=8).map(tuple)


@given(strokes)
def test_what_is_drawn_is_read_as_it_was_drawn(drawn: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    wide = ((0, 0), (CANVAS[0], CANVAS[1]))
    assert read_strokes(draw_path((*drawn, wide))) == (*drawn, wide)


@given(st.text(max_size=200))
def test_nothing_but_moves_and_lines_is_read(text: str) -> None:
    try:
        read = read_strokes(text)
    except BadMark:
        return
    assert draw_path(read) == text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "L10 10",
        "M10 10",
        "M10 10L11 11",
        "M0 0L601 10",
        "M0 0L600 201",
        "M0 0L-5 100",
        "M0 0L1e2 100",
        "M0 0 L100 100",
        "M0 0L100 100z",
        "M0 0C1 1 2 2 100 100",
        "M0 0L100 100<script>",
        "M٠ ٠L٢٠٠ ١٠٠",
        "M0 0" + "L100 100" * 4_001,
    ],
)
def test_what_is_no_signature_is_refused(path: str) -> None:
    with pytest.raises(BadMark):
        read_strokes(path)


def test_a_typed_name_makes_initials_and_a_drawing_takes_its_place() -> None:
    typed = read_mark("  Elena   Vasquez-Oduya ", "", "")
    assert (typed.kind, typed.name, typed.initials) == (MarkKind.TYPED, "Elena Vasquez-Oduya", "EV")
    assert read_mark("Elena", "E.", DRAWN_PATH).kind is MarkKind.DRAWN


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "李小龙", "Elena\u202egnp", "Elena\x00", "Ele\u0301na\u0489"])
def test_a_name_that_cannot_be_printed_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_mark(name, "", "")
    assert "name" in refused.value.fields


def test_letters_in_parts_are_put_together() -> None:
    assert read_mark("Ele\u0301na", "", "").name == "Eléna"


def test_each_field_that_is_wanting_says_so() -> None:
    text, tick = make_field(FieldKind.TEXT, 1), make_field(FieldKind.CHECKBOX, 2)
    with pytest.raises(Invalid) as refused:
        read_answers([text, tick, make_field(FieldKind.SIGNATURE, 3)], {})
    assert set(refused.value.fields) == {str(text.id), str(tick.id)}
    assert read_answers([text, tick], {text.id: " Acme  Ltd ", tick.id: "on"}) == {text.id: "Acme Ltd", tick.id: "yes"}


def test_what_is_given_for_no_field_is_left_out() -> None:
    assert read_answers([], {UUID(int=9): "x"}) == {}


def test_dates_and_names_are_filled_in_by_us() -> None:
    day = date(2026, 11, 23)
    assert fill(make_field(FieldKind.DATE), TYPED_MARK, {}, day).text == "2026-11-23"
    assert fill(make_field(FieldKind.NAME), TYPED_MARK, {}, day).text == TYPED_MARK.name


@pytest.mark.parametrize("spot", list(Spot))
@pytest.mark.parametrize("kind", list(FieldKind))
def test_every_spot_lies_on_the_page(spot: Spot, kind: FieldKind) -> None:
    field = placed(NewField(1, kind, -1, box_at(spot, kind)), 12)
    assert field.page == 12
    assert 0 < field.box.x < 1


@given(st.decimals(0, 1, places=4), st.decimals(0, 1, places=4), st.sampled_from(FieldKind))
def test_a_corner_anywhere_on_the_page_makes_a_box_on_it(x: Decimal, y: Decimal, kind: FieldKind) -> None:
    placed(NewField(1, kind, 1, box_from(kind, x, y)), 1)


@pytest.mark.parametrize(
    "box",
    [
        make_box("0.8", "0.8"),
        make_box("-0.1", "0"),
        make_box("0", "0.99"),
        make_box("0", "0", "0"),
        make_box("NaN", "0"),
    ],
)
def test_a_field_off_its_page_is_refused(box: Box) -> None:
    with pytest.raises(PlacedBadly):
        placed(NewField(1, FieldKind.SIGNATURE, 1, box), 1)


@pytest.mark.parametrize("page", [0, 4, -4])
def test_a_field_on_no_page_is_refused(page: int) -> None:
    with pytest.raises(PlacedBadly):
        placed(NewField(1, FieldKind.SIGNATURE, page, make_box("0", "0")), 3)


def test_whatever_is_shown_changes_the_digest_of_what_was_shown() -> None:
    envelope, fields = UUID(int=5), [make_field(), make_field(FieldKind.TEXT, 2)]
    digests = {
        shown_digest(envelope, "ab" * 32, CONSENT_VERSION, fields),
        shown_digest(UUID(int=6), "ab" * 32, CONSENT_VERSION, fields),
        shown_digest(envelope, "ac" * 32, CONSENT_VERSION, fields),
        shown_digest(envelope, "ab" * 32, CONSENT_VERSION, fields[:1]),
        shown_digest(envelope, "ab" * 32, CONSENT_VERSION, [make_field(box=make_box("0.5", "0.8")), fields[1]]),
    }
    assert len(digests) == 5
    assert shown_digest(envelope, "ab" * 32, CONSENT_VERSION, fields[::-1]) in digests


def test_an_address_is_masked_to_its_first_letters() -> None:
    assert mask_email("elena@example.co.uk") == "e•••@e•••.uk"
