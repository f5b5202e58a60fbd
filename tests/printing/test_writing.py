"""Pages as operators: the same words at the same places as reportlab's own text objects set."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from portal.printing.sheets import Style
from portal.printing.typefaces import REGULAR, SEMIBOLD, load_typefaces
from portal.printing.writing import Text, write_rules, write_texts

TEXTS = (
    (54.0, 700.0, "Paid (in full) \\ late", Style()),
    (54.0, 680.0, "Żółć & Søren Ærø – Ünïted", Style(SEMIBOLD, 10.5)),
    (54.0, 660.0, "and ASCII after it, 1,234.50", Style(SEMIBOLD, 10.5)),
    (54.0, 640.0, "Ελλάς Łódź ĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĹĺĻļĽľĿŀŁł", Style(REGULAR, 7)),
    (54.0, 620.0, "", Style()),
)


def _paper(*, own: bool) -> bytes:
    load_typefaces()
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    if own:
        write_texts(canvas, TEXTS)
    else:
        written = canvas.beginText()
        for x, y, text, (font, size, colour) in TEXTS:
            written.setFont(font, size)
            written.setFillColor(colour)
            written.setTextOrigin(x, y)
            written.textOut(text)
        canvas.drawText(written)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _placed(pdf: bytes) -> list[tuple[str, float, float, float]]:
    found: list[tuple[str, float, float, float]] = []

    def note(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        if text.strip():
            found.append((text.strip(), matrix[4], matrix[5], size))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found


def test_words_stand_where_reportlab_sets_them() -> None:
    ours, theirs = _placed(_paper(own=True)), _placed(_paper(own=False))
    assert "".join(each[0] for each in ours) == "".join(each[0] for each in theirs)
    assert {each[1:] for each in ours} == {each[1:] for each in theirs}
    assert "Paid (in full) \\ late" in [each[0] for each in ours]


def test_the_same_words_are_the_same_file() -> None:
    assert _paper(own=True) == _paper(own=True)


def test_a_word_that_steers_is_not_written_as_it_is() -> None:
    load_typefaces()
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=0, invariant=1)
    texts: tuple[Text, ...] = ((54.0, 700.0, "one\ntwo) Tj (three", Style()),)
    write_texts(canvas, texts)
    canvas.save()
    assert b"two\\) Tj \\(three" in target.getvalue()
    assert b"one\ntwo" not in target.getvalue()


@pytest.mark.parametrize("colour", ["#000000", "#1d3a66"])
def test_a_line_is_as_wide_and_as_dark_as_it_is_told(colour: str) -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=0, invariant=1)
    write_rules(canvas, [(54.0, 700.0, 541.25, 0.4, colour)])
    canvas.save()
    shade = "0 0 0" if colour == "#000000" else "0.113725 0.227451 0.4"
    assert f"0.4 w {shade} RG n 54.00 700.00 m 541.25 700.00 l S".encode() in target.getvalue()
