"""QR codes as SVG."""

from __future__ import annotations

import segno


def draw_qr(text: str) -> str:
    """The QR code of `text` as an `<svg class="qr">` to stand in a page, black on white with its quiet border."""
    drawing: str = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return drawing
