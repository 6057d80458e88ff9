"""Pictures that people give to others, drawn anew: what the camera or the editor wrote into the file is not kept."""

from __future__ import annotations

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from config.files import MAX_PIXELS, PICTURES, Checked

LONGEST_SIDE = 4_096
"""Pixels; a larger picture is made smaller, which no screen shows and keeps a phone's photos within a few MB."""
MOST_FRAMES = 200
_OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88},
    "GIF": {},
}


def redrawn(document: Checked) -> Checked:
    """A picture upright and without metadata, moving ones with all their frames; anything else is returned as it is.

    Raises ValidationError for a picture that turns out to be broken or too much.
    """
    if document.kind not in PICTURES:
        return document
    document.content.seek(0)
    try:
        with Image.open(document.content, formats=[document.kind.pillow]) as picture:
            frames = min(getattr(picture, "n_frames", 1), MOST_FRAMES + 1)
            if frames > MOST_FRAMES or frames * picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("This picture has too many pixels. Make it smaller and try again."))
            drawn = _moving(picture) if frames > 1 else _still(picture)
    except ValidationError:
        raise
    except Exception as broken:  # Pillow raises nearly anything on broken files
        raise ValidationError(_("This picture cannot be read. Choose another one.")) from broken
    return Checked(document.kind, document.name, ContentFile(drawn))


def _still(picture: Image.Image) -> bytes:
    kind = picture.format or ""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _written([_pixels(upright, kind)], kind)


def _moving(picture: Image.Image) -> bytes:
    kind, frames, lasting = picture.format or "", [], []
    for frame in ImageSequence.Iterator(picture):
        frames.append(_pixels(frame, kind))
        lasting.append(int(frame.info.get("duration") or 100))
    loop = int(picture.info.get("loop", 0))
    return _written(frames, kind, save_all=True, append_images=frames[1:], duration=lasting, loop=loop)


def _pixels(picture: Image.Image, kind: str) -> Image.Image:
    """The pixels alone, on a canvas of our own: profiles and comments travel with a picture but not with these."""
    seen_through = "A" in picture.getbands() or "transparency" in picture.info
    plain = picture.convert("RGBA" if seen_through and kind != "JPEG" else "RGB")
    canvas = Image.new(plain.mode, plain.size)
    canvas.paste(plain)
    return canvas


def _written(frames: list[Image.Image], kind: str, **how: object) -> bytes:
    buffer = BytesIO()
    frames[0].save(buffer, kind, **_OPTIONS[kind], **how)  # type: ignore[arg-type]
    return buffer.getvalue()
