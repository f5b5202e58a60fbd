"""Clean pictures, Office files and tables as people have them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import xlsxwriter
from docx import Document
from docx.shared import Inches
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image

from tests.platform.screening.other_files import letter, picture, workbook

ROWS = "name,amount\nLake Trust,1250.50\nŐrs Hajdú,-20\n"
LINKED = "See https://example.com/database and the linked report."


def _book(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        sheet = book.add_worksheet("Holdings")
        sheet.write_row(0, 0, ("Account", "Amount"))
        sheet.write_row(1, 0, ("Lake Trust", 1250.5))
        fill(book, sheet)
    return kept.getvalue()


def _formulas(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write_formula("C2", "=SUM(B2:B2)*2", None, 2501)
    sheet.write_formula("D2", '=IF(B2>0,"a|b",TEXT(B2,"0.0"))', None, "a|b")
    sheet.write_formula("E2", "=Holdings!B2", None, 1250.5)
    book.define_name("Amounts", "=Holdings!$B$2:$B$9")


def _charted(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Holdings!$B$2:$B$2"})
    sheet.insert_chart("D4", chart)


def _pictured(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.insert_image("D4", "logo.png", {"image_data": io.BytesIO(picture("PNG"))})
    sheet.write_url("A9", "https://example.com/terms", string="Terms")
    sheet.write_comment("B2", "as of June")


def _formatted(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    money = book.add_format({"num_format": "#,##0.00", "bold": True})
    sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 5, "format": money})
    sheet.data_validation("C2", {"validate": "list", "source": ["Trust", "Company"]})
    sheet.freeze_panes(1, 0)
    sheet.add_table("F1:G3", {"columns": [{"header": "Date"}, {"header": "Flow"}]})
    for number in range(5):
        book.add_worksheet(f"Year {2020 + number}").write(0, 0, number)


def _open_book() -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["Account", "Amount", "As of"])
    sheet.append(["Lake Trust", 1250.5, date(2026, 6, 30)])
    sheet["A1"].font, sheet["A2"].comment = Font(bold=True), Comment("checked", "Ann")
    sheet.merge_cells("A4:B4")
    sheet.add_data_validation(DataValidation(type="whole", formula1="1", formula2="9"))
    book.save(kept)
    return kept.getvalue()


def _many_rows() -> bytes:
    return workbook(*((f"Account {number}", number / 4) for number in range(5_000)))


def _letter(fill: Callable[..., object]) -> bytes:
    document, kept = Document(), io.BytesIO()
    document.add_heading("Distribution notice", 1)
    document.add_paragraph(LINKED)
    fill(document)
    document.save(kept)
    return kept.getvalue()


def _tabled(document: Document) -> None:  # type: ignore[valid-type]  # python-docx names a function so
    table = document.add_table(rows=3, cols=2)  # type: ignore[attr-defined]
    table.cell(1, 1).text = "1,250.50"


def _headed(document: Document) -> None:  # type: ignore[valid-type]
    section = document.sections[0]  # type: ignore[attr-defined]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = "Lake Fund", "Confidential"


def _illustrated(document: Document) -> None:  # type: ignore[valid-type]
    document.add_picture(io.BytesIO(picture("PNG", (200, 100))), width=Inches(2))  # type: ignore[attr-defined]
    document.add_picture(io.BytesIO(picture("JPEG", (200, 100))), width=Inches(2))  # type: ignore[attr-defined]


def _listed(document: Document) -> None:  # type: ignore[valid-type]
    for style in ("List Bullet", "List Number", "Intense Quote"):
        document.add_paragraph("資本 مرحبا Hajdú", style=style)  # type: ignore[attr-defined]
    document.core_properties.title = "Notice"  # type: ignore[attr-defined]


def _fields(document: Document) -> None:  # type: ignore[valid-type]
    """A page number and a link to an address with a word that a field would act on."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for text in ("PAGE", 'HYPERLINK "https://example.com/database/import"'):
        run = document.add_paragraph().add_run()  # type: ignore[attr-defined]
        for kind in ("begin", None, "end"):
            element = OxmlElement("w:instrText" if kind is None else "w:fldChar")
            if kind is None:
                element.text = text
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


CLEAN_BOOKS: dict[str, Callable[[], bytes]] = {
    "a workbook": workbook,
    "formulas": lambda: _book(_formulas),
    "charts": lambda: _book(_charted),
    "pictures, links and remarks": lambda: _book(_pictured),
    "formats, tables, five sheets": lambda: _book(_formatted),
    "merged cells and rules": _open_book,
    "five thousand rows": _many_rows,
}
CLEAN_LETTERS: dict[str, Callable[[], bytes]] = {
    "a letter": letter,
    "a table": lambda: _letter(_tabled),
    "header and footer": lambda: _letter(_headed),
    "illustrations": lambda: _letter(_illustrated),
    "lists in three scripts": lambda: _letter(_listed),
    "fields for page and link": lambda: _letter(_fields),
}
CLEAN_TABLES: dict[str, tuple[bytes, str]] = {
    "UTF-8": (ROWS.encode(), ROWS),
    "UTF-8 with a mark": (ROWS.encode("utf-8-sig"), ROWS),
    "UTF-16": (ROWS.encode("utf-16"), ROWS),
    "Windows-1252": ("name;amount\nMüller & Söhne;1,5\n".encode("cp1252"), "name;amount\nMüller & Söhne;1,5\n"),
    "semicolons": (b"a;b\n1,5;-2,75\n", "a;b\n1,5;-2,75\n"),
    "tabs": (b"a\tb\n+41 44 555 12 34\t(20)\n", "a\tb\n+41 44 555 12 34\t(20)\n"),
    "bars": (b"a|b\n-5|none\n", "a|b\n-5|none\n"),
    "quotation marks and breaks": (b'a,b\n"one, two","three\nfour ""x"""\n', 'a,b\n"one, two","three\nfour ""x"""\n'),
    "breaks of Windows": (b"a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n"),
    "remarks after a sign": (b"a,b\n- see note (1),-1.5\n", "a,b\n- see note (1),-1.5\n"),
}


def turned_jpeg() -> bytes:
    """A photograph whose camera was held upright, and says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture("JPEG", (40, 20), exif=exif)


def clear_palette() -> bytes:
    """Few colours, one of them clear."""
    kept = io.BytesIO()
    drawing = Image.new("P", (20, 20), 1)
    drawing.putpalette([255, 0, 0, 0, 0, 255])
    drawing.putpixel((3, 3), 0)
    drawing.save(kept, "PNG", transparency=0)
    return kept.getvalue()


CLEAN_PNGS: dict[str, Callable[[], bytes]] = {
    "colours": lambda: picture("PNG"),
    "greys": lambda: picture("PNG", mode="L"),
    "black and white": lambda: picture("PNG", mode="1"),
    "half clear": lambda: picture("PNG", mode="RGBA"),
    "sixteen bits": lambda: picture("PNG", mode="I;16"),
    "a palette with one clear colour": clear_palette,
}
CLEAN_JPEGS: dict[str, Callable[[], bytes]] = {
    "colours": lambda: picture("JPEG", (400, 300)),
    "greys": lambda: picture("JPEG", mode="L"),
    "for print": lambda: picture("JPEG", mode="CMYK"),
    "in passes": lambda: picture("JPEG", (300, 300), progressive=True),
    "camera held upright": turned_jpeg,
}
