"""Clean PDF documents as people have them: made by several programs, versions and hands."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from reportlab.lib.pagesizes import A3, A4, LETTER, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.platform.screening.other_files import picture
from tests.platform.screening.pdf_files import clean_pdf

Draw = Callable[[Canvas], object]
Change = Callable[[Pdf], object]
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def drawn(draw: Draw, **options: object) -> bytes:
    """A document of one canvas."""
    kept = io.BytesIO()
    canvas = Canvas(kept, invariant=True, **{"pagesize": A4, **options})  # type: ignore[arg-type]  # by each caller
    canvas.drawString(72, 780, "Lake Trust, capital account statement")
    draw(canvas)
    canvas.save()
    return kept.getvalue()


def saved(change: Change, source: bytes | None = None, **options: object) -> bytes:
    """A clean document to which `change` was done, saved with `options`."""
    kept = io.BytesIO()
    with Pdf.open(io.BytesIO(source or clean_pdf("Distribution notice", pages=3))) as document:
        change(document)
        document.save(kept, **options)  # type: ignore[arg-type]  # what each caller names
    return kept.getvalue()


def _nothing(document: Pdf) -> None:
    """As it is."""


def _form(canvas: Canvas) -> None:
    canvas.acroForm.textfield(name="holder", value="Lake Trust", x=72, y=600, width=200, height=20)
    canvas.acroForm.checkbox(name="agreed", x=72, y=560, checked=True)
    canvas.acroForm.choice(name="kind", value="Trust", options=["Trust", "Company"], x=72, y=520, width=99, height=20)


def _links(canvas: Canvas) -> None:
    canvas.linkURL("https://example.com/terms?a=1&b=2", (72, 500, 200, 512))
    canvas.linkURL("mailto:ir@example.com", (72, 480, 200, 492))
    canvas.linkURL("tel:+41445551234", (72, 460, 200, 472))


def _bookmarks(canvas: Canvas) -> None:
    for number in range(3):
        canvas.bookmarkPage(f"part{number}")
        canvas.addOutlineEntry(f"Part {number}", f"part{number}", level=0)
        canvas.linkRect("", "part0", (72, 400, 200, 412))
        canvas.drawString(72, 700, f"Part {number}")
        canvas.showPage()


def _cjk(canvas: Canvas) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    canvas.setFont("HeiseiMin-W3", 12)
    canvas.drawString(72, 700, "資本勘定計算書 東京")


def _letters(text: str) -> Draw:
    def draw(canvas: Canvas) -> None:
        pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU))
        canvas.setFont("DejaVu", 12)
        canvas.drawString(72, 700, text)

    return draw


def _photo(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(io.BytesIO(picture("JPEG", (300, 200)))), 72, 300, 300, 200)
    canvas.drawImage(ImageReader(io.BytesIO(picture("PNG", (60, 60), "RGBA"))), 72, 100, 60, 60, mask="auto")


def _turned(document: Pdf) -> None:
    for number, page in enumerate(document.pages):
        page.rotate(90 * (number + 1), relative=False)


def _labelled(document: Pdf) -> None:
    document.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 2, Dictionary(S=Name.D)]))
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    document.Root.OpenAction = Array([document.pages[1].obj, Name.Fit])


def _remarked(document: Pdf) -> None:
    notes = [
        Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 30, 30]), Contents=String("Please check")),
        Dictionary(
            Type=Name.Annot, Subtype=Name.Highlight, Rect=Array([72, 750, 200, 770]), C=Array([1, 1, 0]),
            QuadPoints=Array([72, 770, 200, 770, 72, 750, 200, 750]),
        ),
        Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([9, 90, 90, 99]), DA=String("/Helv 9 Tf"),
                   BS=Dictionary(S=Name.S, W=1)),
    ]  # fmt: skip
    document.pages[0].obj.Annots = Array([document.make_indirect(note) for note in notes])


def _layered(document: Pdf) -> None:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("Watermark")))
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))


def _described(document: Pdf) -> None:
    with document.open_metadata() as meta:
        meta["dc:title"] = "Statement of the Lake Trust"
    document.docinfo["/Author"] = "Fund administration"


def _tagged(document: Pdf) -> None:
    paragraph = Dictionary(Type=Name.StructElem, S=Name.P, Alt=String("A paragraph"))
    document.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([document.make_indirect(paragraph)]))
    document.Root.MarkInfo = Dictionary(Marked=True)


def _next_page(document: Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]),
                      A=Dictionary(S=Name.Named, N=Name.NextPage))  # fmt: skip
    document.pages[0].obj.Annots = Array([document.make_indirect(link)])


def _signature_field(document: Pdf) -> None:
    signature = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"),
                           Contents=String("0" * 64), ByteRange=Array([0, 100, 200, 100]))  # fmt: skip
    field = document.make_indirect(Dictionary(FT=Name.Sig, T=String("Signature1"), V=signature))
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def _hexed(document: Pdf) -> None:
    for page in document.pages:
        content = page.Contents.read_bytes()
        page.obj.Contents = document.make_stream(b"")
        page.obj.Contents.write(content.hex().encode() + b">", filter=Name.ASCIIHexDecode)


def _run_length(document: Pdf) -> None:
    for page in document.pages:
        content = page.Contents.read_bytes()
        packed = b"".join(bytes([len(piece) - 1]) + piece for piece in _pieces(content)) + b"\x80"
        page.obj.Contents = document.make_stream(b"")
        page.obj.Contents.write(packed, filter=Name.RunLengthDecode)


def _pieces(content: bytes) -> list[bytes]:
    return [content[start : start + 128] for start in range(0, len(content), 128)]


def _blank_pages(document: Pdf) -> None:
    for _ in range(200):
        document.add_blank_page(page_size=(612, 792))


CLEAN_PDFS: dict[str, Callable[[], bytes]] = {
    "a statement": lambda: clean_pdf("Capital account statement"),
    "three hundred pages": lambda: clean_pdf("Ledger", pages=300),
    "a form without script": lambda: drawn(_form),
    "links to the web, to mail, to a telephone": lambda: drawn(_links),
    "bookmarks and links within": lambda: drawn(_bookmarks),
    "Japanese": lambda: drawn(_cjk),
    "Greek and Cyrillic": lambda: drawn(_letters("Κεφάλαιο Капитал")),
    "Hebrew": lambda: drawn(_letters("דוח חשבון הון")),
    "Arabic": lambda: drawn(_letters("كشف حساب رأس المال")),
    "accents of Central Europe": lambda: drawn(_letters("Hajdú Őrs, Žižkov, Łódź")),
    "pictures": lambda: drawn(_photo),
    "a sheet across": lambda: drawn(_links, pagesize=landscape(A3)),
    "American paper": lambda: drawn(_links, pagesize=LETTER),
    "not compressed": lambda: drawn(_form, pageCompression=0),
    "rotated pages": lambda: saved(_turned),
    "page labels and a first page": lambda: saved(_labelled),
    "remarks": lambda: saved(_remarked),
    "layers": lambda: saved(_layered),
    "metadata": lambda: saved(_described),
    "tags": lambda: saved(_tagged),
    "a link to the next page": lambda: saved(_next_page),
    "a signature": lambda: saved(_signature_field),
    "spelled in hexadecimal": lambda: saved(_hexed, compress_streams=False),
    "packed by runs": lambda: saved(_run_length, compress_streams=False),
    "two hundred blank pages": lambda: saved(_blank_pages),
    "PDF 1.4": lambda: saved(_nothing, force_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable),
    "PDF 1.5 in packed objects": lambda: saved(
        _nothing, force_version="1.5", object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "PDF 2.0": lambda: saved(_nothing, force_version="2.0"),
    "made for the web": lambda: saved(_nothing, linearize=True),
    "written for people": lambda: saved(_nothing, qdf=True),
}


def edited_later() -> bytes:
    """A document to which a program appended what it changed: its title."""
    first = clean_pdf("Distribution notice", pages=2)
    with Pdf.open(io.BytesIO(first)) as document:
        root, count = document.Root.objgen[0], len(document.objects) + 1
        pages = document.Root.Pages.objgen[0]
    start = first.rfind(b"startxref") + 9
    before = int(first[start:].split()[0])
    changed = f"{root} 0 obj\n<</Type/Catalog/Pages {pages} 0 R/Lang(en)>>\nendobj\n".encode()
    place = len(first) + 1
    table = f"xref\n{root} 1\n{place:010} 00000 n \n".encode()
    trailer = f"trailer\n<</Size {count}/Root {root} 0 R/Prev {before}>>\n".encode()
    return first + b"\n" + changed + table + trailer + f"startxref\n{place + len(changed)}\n%%EOF\n".encode()
