"""PDF documents for tests: clean ones as programs write them, and ones that act."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Change = Callable[[Pdf], object]


def clean_pdf(*lines: str, pages: int = 1) -> bytes:
    """A document with `lines` on each page."""
    kept = io.BytesIO()
    canvas = Canvas(kept, pagesize=A4, invariant=True)
    for number in range(pages):
        for place, line in enumerate(lines or ("Capital account statement",)):
            canvas.drawString(72, 760 - 16 * place, f"{line} {number + 1}")
        canvas.linkURL("https://example.com", (72, 700, 200, 712))
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def changed(change: Change, **options: object) -> bytes:
    """A clean document to which `change` was done."""
    kept = io.BytesIO()
    with Pdf.open(io.BytesIO(clean_pdf())) as document:
        change(document)
        document.save(kept, **options)  # type: ignore[arg-type]  # what each caller names
    return kept.getvalue()


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String(code))


def open_action(document: Pdf) -> None:
    document.Root.OpenAction = script()


def named_script(document: Pdf) -> None:
    names = Array([String("a"), document.make_indirect(script())])
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def page_action(document: Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=script())


def indirect_chain(document: Pdf) -> None:
    """A harmless action, after which comes one that is not."""
    second = document.make_indirect(script())
    document.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.Named, N=Name.NextPage, Next=second)


def launch(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.Launch, F=String("cmd.exe"))


def annotation(action: Dictionary) -> Change:
    """A document with a link that does `action`."""

    def add(document: Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=action)
        document.pages[0].obj.Annots = Array([document.make_indirect(link)])

    return add


def acting(kind: str, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **more)  # type: ignore[arg-type]  # PDF values


def attached(document: Pdf) -> None:
    document.attachments["invoice.exe"] = b"MZ and more"


def dynamic_form(document: Pdf) -> None:
    packet = document.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=packet)


def media(document: Pdf) -> None:
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary())
    document.pages[0].obj.Annots = Array([document.make_indirect(film)])


def outside_stream(document: Pdf) -> None:
    stream = document.make_stream(b"")
    stream.F = String("\\\\host\\share\\secret")
    document.pages[0].obj.Extra = document.make_indirect(stream)


def signed_script(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array(), SigFlags=3)
    open_action(document)


def bomb(document: Pdf) -> None:
    """A page that inflates to 300 MB, deflated twice to a few hundred bytes."""
    machine, packed = zlib.compressobj(9), b""
    for _ in range(300):
        packed += machine.compress(bytes(1_000_000))
    packed = zlib.compress(packed + machine.flush(), 9)
    stream = document.make_stream(b"")
    stream.write(packed, filter=Array([Name.FlateDecode, Name.FlateDecode]))
    document.pages[0].obj.Contents = stream


def huge_picture(document: Pdf) -> None:
    picture = document.make_stream(zlib.compress(b"x"))
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 90_000, 90_000
    picture.Filter = Name.JBIG2Decode
    document.pages[0].obj.Resources.XObject = Dictionary(Big=picture)


def deep(document: Pdf) -> None:
    inner: pikepdf.Object = Array()
    for _ in range(90):
        inner = Array([inner])
    document.Root.Deep = inner


def with_password(owner: str, user: str) -> bytes:
    kept = io.BytesIO()
    with Pdf.open(io.BytesIO(clean_pdf())) as document:
        document.save(kept, encryption=pikepdf.Encryption(owner=owner, user=user))
    return kept.getvalue()
