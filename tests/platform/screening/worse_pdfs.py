"""PDF documents by people who know how such files are checked: loops, packing in odd ways, acts in odd places."""

from __future__ import annotations

import io
import zlib

from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.platform.screening.pdf_files import Change, acting, changed, clean_pdf, script


def packed_content(packed: bytes, *filters: Name) -> bytes:
    """A page whose content is `packed` by `filters`."""

    def change(document: Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(packed, filter=Array(list(filters)))
        document.pages[0].obj.Contents = stream

    return changed(change, compress_streams=False)


def deflated_zeros(megabytes: int, first: bytes = b"") -> bytes:
    machine = zlib.compressobj(9)
    packed = machine.compress(first)
    for _ in range(megabytes):
        packed += machine.compress(bytes(1_000_000))
    return packed + machine.flush()


def hexed_bomb() -> bytes:
    """250 MB behind a spelling, where a look at the first filter alone sees nothing."""
    return packed_content(deflated_zeros(250).hex().encode() + b">", Name.ASCIIHexDecode, Name.FlateDecode)


def run_length_bomb() -> bytes:
    return packed_content(b"\x81\x00" * 2_000_000 + b"\x80", Name.RunLengthDecode)


def lzw_bomb() -> bytes:
    """Each code says what the one before it said, and one byte more, up to the longest there is, again and again."""
    codes = [256, 0, *range(258, 4096), *([4095] * 60_000), 257]
    bits, width, known = [], 9, 258
    for code in codes:
        bits.append(f"{code:0{width}b}")
        known += len(bits) > 2 and known < 4096
        width = min(12, max(9, (known + 1).bit_length()))
    text = "".join(bits)
    return packed_content(
        int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big"), Name.LZWDecode
    )


def packed_four_times() -> bytes:
    return packed_content(b"x", *([Name.ASCIIHexDecode] * 5))


def packed_objects_bomb() -> bytes:
    """A store of objects that inflates to 700 MB as soon as one of them is looked up."""
    parts = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Type/Page/Parent 2 0 R>>")
    objects = b"1 0 2 50 3 100 ".ljust(20) + b"".join(part.ljust(50) for part in parts)
    packed = deflated_zeros(700, objects)
    store = b"5 0 obj\n<</Type/ObjStm/N 3/First 20/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    body = b"%PDF-1.5\n" + store + packed + b"\nendstream\nendobj\n"
    rows = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + number.to_bytes(1, "big")
        for kind, place, number in ((0, 0, 0), (2, 5, 0), (2, 5, 1), (2, 5, 2), (0, 0, 0), (1, 9, 0))
    )
    table = b"6 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n" % len(rows)
    return body + table + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def table_loop() -> bytes:
    """A table of contents that says the table before it is itself."""
    content = clean_pdf()
    start = int(content[content.rfind(b"startxref") + 9 :].split()[0])
    return content.replace(b"trailer\n<<", b"trailer\n<<\n/Prev %d" % start)


def page_loop() -> bytes:
    """Pages whose children are themselves."""
    body = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    return (
        body + b"2 0 obj\n<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>\nendobj\ntrailer\n<</Root 1 0 R/Size 3>>\n%%EOF\n"
    )


def brackets() -> bytes:
    """A hundred thousand lists within lists."""
    body = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/Deep " + b"[" * 100_000 + b"]" * 100_000 + b">>\nendobj\n"
    return body + b"2 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\ntrailer\n<</Root 1 0 R/Size 3>>\n%%EOF\n"


def many_objects() -> bytes:
    return changed(lambda document: [document.make_indirect(Dictionary(N=number)) for number in range(5)]) + (
        b"".join(b"%d 0 obj 1 endobj\n" % number for number in range(10, 600_000))
    )


def _annotation_action(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), AA=Dictionary(E=script()))
    document.pages[0].obj.Annots = Array([document.make_indirect(note)])


def _field_script(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("sum"), AA=Dictionary(C=script(), K=script()))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def _bookmark_launch(document: Pdf) -> None:
    entry = document.make_indirect(Dictionary(Title=String("Go"), A=acting("Launch", Win=Dictionary(F=String("evil")))))
    document.Root.Outlines = document.make_indirect(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))


def _named_deep(document: Pdf) -> None:
    leaf = document.make_indirect(Dictionary(Names=Array([String("a"), script()]), Limits=Array(["a", "a"])))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Kids=Array([leaf])))


def _thread_elsewhere(document: Pdf) -> None:
    document.Root.OpenAction = acting("Thread", F=String("\\\\evil\\share"), D=0)


def _many_next(document: Pdf) -> None:
    document.Root.OpenAction = acting("Named", N=Name.NextPage, Next=Array([acting("Named", N=Name.Print), script()]))


def _stand_in(document: Pdf) -> None:
    drawing = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    drawing.Ref = Dictionary(F=String("\\\\evil\\share\\a.pdf"), Page=0)
    drawing.OPI = Dictionary()
    document.pages[0].obj.Resources.XObject = Dictionary(Other=document.make_indirect(drawing))


def _hidden_attachment(document: Pdf) -> None:
    inside = document.make_stream(b"MZ evil", Type=Name.EmbeddedFile)
    document.Root.Private = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=inside))


def _attached_note(document: Pdf) -> None:
    inside = document.make_stream(b"MZ evil", Type=Name.EmbeddedFile)
    file = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=inside))
    pin = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file)
    document.pages[0].obj.Annots = Array([document.make_indirect(pin)])


def _untyped_script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary({"/S": Name("/JavaScript"), "/JS": document.make_stream(b"app.alert(1)")})


CHANGES: dict[str, Change] = {
    "a script of a remark": _annotation_action,
    "a field that works out": _field_script,
    "a bookmark that starts a program": _bookmark_launch,
    "a script deep in the names": _named_deep,
    "an article in another file": _thread_elsewhere,
    "a list of actions after one": _many_next,
    "a drawing from another file": _stand_in,
    "a file in a private corner": _hidden_attachment,
    "a file on a pin": _attached_note,
    "a script without a type": _untyped_script,
}


def page_in_front() -> bytes:
    """A web page between the first line and the document."""
    content = clean_pdf()
    return content.replace(b"%PDF-1.3\n", b"%PDF-1.3\n<html><script src='//evil'></script></html>\n", 1)


def earlier_script() -> bytes:
    """A script that a later version of the document took away, and whose bytes are there."""
    first = changed(lambda document: document.Root.__setitem__("/OpenAction", script("evil")))
    with Pdf.open(io.BytesIO(first)) as document:
        count, root, pages = len(document.objects) + 1, document.Root.objgen[0], document.Root.Pages.objgen[0]
    body = f"\n{root} 0 obj\n<</Type/Catalog/Pages {pages} 0 R>>\nendobj\n".encode()
    place = len(first) + len(body)
    before = int(first[first.rfind(b"startxref") + 9 :].split()[0])
    table = f"xref\n{root} 1\n{len(first) + 1:010} 00000 n \ntrailer\n<</Size {count}/Root {root} 0 R/Prev {before}>>\n"
    return first + body + table.encode() + f"startxref\n{place}\n%%EOF\n".encode()


def locked_by_certificate() -> bytes:
    """Locked for the holder of a certificate, in a way that programs for one password do not know."""
    content = clean_pdf()
    lock = b"trailer\n<<\n/Encrypt <</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>"
    return content.replace(b"trailer\n<<", lock)
