"""Pictures drawn anew: what is seen is kept, everything that rode along is not."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.platform.screening.values import MediaKind, ScreeningRefused

MOST_PIXELS = 50_000_000
_FORMATS = {MediaKind.PNG: "PNG", MediaKind.JPEG: "JPEG"}
_MODES = {"PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}, "JPEG": {"L", "RGB", "CMYK"}}


def screen_image(source: Path, target: Path, kind: MediaKind) -> None:
    """Writes the picture to `target` upright and without places, previews and comments.

    ScreeningRefused when it has more than MOST_PIXELS or cannot be read whole.
    """
    form = _FORMATS[kind]
    try:
        with Image.open(source, formats=[form, "MPO"] if form == "JPEG" else [form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large()
            _draw_anew(picture, target, form)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ScreeningRefused("damaged", "The picture is damaged. Open it, save it again and upload that.") from error


def _draw_anew(picture: Image.Image, target: Path, form: str) -> None:
    """Drawn in place, since a telephone's picture of 50 million points fits into the memory twice and not thrice."""
    profile, clear = picture.info.get("icc_profile"), picture.info.get("transparency")
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    picture.info = {}
    upright = picture if picture.mode in _MODES[form] else picture.convert("RGBA" if form == "PNG" else "RGB")
    if form == "JPEG":
        upright.save(target, format=form, icc_profile=profile, quality=92)
    else:
        upright.save(target, format=form, icc_profile=profile, transparency=clear)


def _too_large() -> ScreeningRefused:
    return ScreeningRefused(
        "too_large",
        f"The picture has more than {MOST_PIXELS // 1_000_000} million points. Save it smaller and upload that.",
    )
