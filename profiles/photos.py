"""Photos of people: drawn anew as squares, so that nothing the camera wrote into the file is kept."""

from __future__ import annotations

import secrets
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from config.files import MB, PICTURES, Checked, Store, delete_after_commit

SIZES = (512, 128)
"""Pixels on each side: for looking at, and for beside a name."""
LARGEST_FILE = 8 * MB
SMALLEST_SIDE = 64
ACCEPTED = sorted(kind.content_type for kind in PICTURES)
_QUALITY = 84


def file_name(photo: str, size: int) -> str:
    """Where one size of a photo is stored; `photo` is `Person.photo`."""
    return f"photos/{photo}-{size}.webp"


def file_names(photo: str) -> list[str]:
    """All files of a photo; none where there is no photo."""
    return [file_name(photo, size) for size in SIZES] if photo else []


def squares(picture: Checked) -> dict[int, bytes]:
    """The picture upright, cropped to its middle, in each size as WebP without any metadata.

    Raises ValidationError for a picture that is too small or turns out to be broken.
    """
    try:
        with Image.open(picture.content) as found:
            found.draft("RGB", (2 * SIZES[0], 2 * SIZES[0]))  # a large JPEG is read at a fraction of its size
            upright = ImageOps.exif_transpose(found)
            if min(upright.size) < SMALLEST_SIDE:
                raise ValidationError(_("This picture is too small. Each side needs at least 64 pixels."))
            square = ImageOps.fit(_opaque(upright), (SIZES[0], SIZES[0]), Image.Resampling.LANCZOS)
    except ValidationError:
        raise
    except Exception as broken:  # Pillow raises nearly anything on broken files
        raise ValidationError(_("This picture cannot be read. Choose another one.")) from broken
    return {size: _webp(square, size) for size in SIZES}


def _opaque(picture: Image.Image) -> Image.Image:
    """In plain colours; what can be seen through becomes white."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB")


def _webp(square: Image.Image, size: int) -> bytes:
    # Onto an empty canvas: colour profiles and comments travel with a picture, but not with its pixels.
    canvas = Image.new("RGB", (size, size))
    canvas.paste(square.resize((size, size), Image.Resampling.LANCZOS))
    buffer = BytesIO()
    canvas.save(buffer, "WEBP", quality=_QUALITY)
    return buffer.getvalue()


def store_photo(drawn: dict[int, bytes], store: Store) -> str:
    """Stores a photo in its sizes under a new random name, which is what `Person.photo` keeps."""
    photo = secrets.token_hex(16)
    for size, content in drawn.items():
        store.under(file_name(photo, size), content)
    return photo


def drop_photo(photo: str) -> None:
    """Deletes the files of a photo once the transaction has committed; nothing where there was none."""
    delete_after_commit(*file_names(photo))
