"""Files as people send them."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas


def paper(*pages: str) -> bytes:
    """A PDF with a page of each text."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in pages or ("A paper",):
        canvas.drawString(72, 720, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def sent(*files: tuple[str, bytes], **fields: object) -> dict[str, object]:
    """The form of an upload: the files, and what is said of them."""
    chosen = [(io.BytesIO(content), name) for name, content in files]
    return {"files": chosen, "type": "report", "audience": "firm", "staff": "", "release": "draft", **fields}
