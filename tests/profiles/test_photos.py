"""Photos: what is kept of an upload, and who is handed it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from coaching.models import Relationship
from config import files
from profiles.models import Person
from tests.make import NOW
from tests.make_edits import make_photo

pytestmark = pytest.mark.usefixtures("empty_store")
GPS_IFD, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photo_bytes(size: tuple[int, int] = (400, 300), kind: str = "JPEG", **options) -> bytes:
    """Red on the left half, blue on the right."""
    picture = Image.new(options.pop("mode", "RGB"), size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def as_upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_0001.jpg", content, "image/jpeg")


@pytest.fixture
def send(client, clock, cast):
    """Posts a photo for Amara as Maya, her coach."""

    def post(content: bytes, **fields):
        client.force_login(cast.coach)
        sent = {"timezone": "Africa/Lagos", "photo": as_upload(content), **fields}
        return client.post(f"/people/{cast.coachee.pk}/edit/", sent)

    return post


def stored(person: Person, size: int) -> Image.Image:
    """The picture that is handed out."""
    photo = Person.objects.get(pk=person.pk).photo
    return Image.open(default_storage.open(f"photos/{photo}-{size}.webp"))


def test_nothing_the_camera_wrote_is_kept(cast, send):
    exif = Image.Exif()
    exif[MAKE] = "§camera§"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (6.0, 27.0, 14.0), 3: "E", 4: (3.0, 23.0, 40.0)})
    sent = photo_bytes(exif=exif.tobytes(), comment=b"\xa7comment", icc_profile=b"profile of a camera")
    assert dict(Image.open(BytesIO(sent)).getexif().get_ifd(GPS_IFD))
    assert send(sent).status_code == 302
    for size in (512, 128):
        picture = stored(cast.coachee, size)
        assert (picture.format, picture.size) == ("WEBP", (size, size))
        assert not picture.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)


def test_a_photo_taken_sideways_stands_upright(cast, send):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn it by 90 degrees: what was left is at the top
    send(photo_bytes((300, 300), exif=exif.tobytes()))
    picture = stored(cast.coachee, 128).convert("RGB")
    top, bottom = picture.getpixel((64, 10)), picture.getpixel((64, 118))
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_a_wide_photo_is_cut_to_its_middle(cast, send):
    send(photo_bytes((800, 200)))
    picture = stored(cast.coachee, 128).convert("RGB")
    assert picture.getpixel((5, 64))[0] > 200
    assert picture.getpixel((122, 64))[2] > 200


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("GIF", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK")]
)
def test_every_kind_becomes_webp(cast, send, kind, mode):
    buffer = BytesIO()
    Image.new(mode, (90, 90)).save(buffer, kind)
    assert send(buffer.getvalue()).status_code == 302
    assert stored(cast.coachee, 512).format == "WEBP"


def test_what_can_be_seen_through_becomes_white(cast, send):
    buffer = BytesIO()
    Image.new("RGBA", (90, 90), (0, 0, 0, 0)).save(buffer, "PNG")
    send(buffer.getvalue())
    assert min(stored(cast.coachee, 128).convert("RGB").getpixel((64, 64))) > 250


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "This file cannot be used"),
        (b"", "This file is empty"),
        (photo_bytes()[:500], "cannot be"),
        (photo_bytes((63, 200)), "too small"),
        (photo_bytes() + b"x" * 8 * files.MB, "At most 8 MB"),
    ],
)
def test_what_is_no_photo_is_refused_beside_the_field(cast, send, content, words):
    response = send(content, about="§typed§")
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "§typed§" in page
    assert not Person.objects.get(pk=cast.coachee.pk).photo
    assert not default_storage.exists("photos") or default_storage.listdir("photos")[1] == []


@pytest.mark.django_db(transaction=True)
def test_the_former_photo_is_deleted_and_a_refused_one_leaves_nothing(cast, send):
    send(photo_bytes())
    former = Person.objects.get(pk=cast.coachee.pk).photo
    send(photo_bytes(), timezone="Nowhere")
    assert default_storage.exists(f"photos/{former}-512.webp")
    send(photo_bytes())
    now = Person.objects.get(pk=cast.coachee.pk).photo
    assert sorted(default_storage.listdir("photos")[1]) == [f"{now}-128.webp", f"{now}-512.webp"]
    assert former != now


@pytest.mark.django_db(transaction=True)
def test_a_photo_can_be_removed(cast, client, clock):
    make_photo(person=cast.coachee)
    client.force_login(cast.coachee)
    client.post(f"/people/{cast.coachee.pk}/edit/", {"timezone": "Africa/Lagos", "remove_photo": "on"})
    assert Person.objects.get(pk=cast.coachee.pk).photo == ""
    assert default_storage.listdir("photos")[1] == []


def test_whoever_may_open_the_profile_sees_the_photo_and_nobody_else(cast, client, clock):
    photo = make_photo(person=cast.coachee)
    address = f"/people/{cast.coachee.pk}/photo/{photo}/128/"
    for who in ("coachee", "coach", "co_coach", "delivery_manager", "admin"):
        client.force_login(getattr(cast, who))
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert b"".join(response.streaming_content)[8:12] == b"WEBP"
        assert "private" in response["Cache-Control"]
    for who in ("former_coach", "stranger_coach", "other_coachee", "outsider", "sponsor"):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == 404


def test_the_end_of_a_relationship_takes_the_photo_away_at_once(cast, client, clock):
    address = f"/people/{cast.coachee.pk}/photo/{make_photo(person=cast.coachee)}/512/"
    client.force_login(cast.coach)
    assert client.get(address).status_code == 200
    Relationship.objects.filter(coach=cast.coach).update(ended_at=NOW)
    assert client.get(address).status_code == 404


def test_only_the_photo_of_now_has_an_address(cast, client, clock):
    photo = make_photo(person=cast.coachee)
    make_photo(person=cast.other_coachee)
    client.force_login(cast.coach)
    for wrong in (f"{photo}/64", f"{photo}x/128", "none/128", f"{photo}/99999999999999999999"):
        assert client.get(f"/people/{cast.coachee.pk}/photo/{wrong}/").status_code == 404
    assert client.get(f"/people/{cast.other_coachee.pk}/photo/{photo}/128/").status_code == 404
    assert client.get(f"/people/{'9' * 30}/photo/{photo}/128/").status_code == 404
    default_storage.delete(f"photos/{photo}-128.webp")
    assert client.get(f"/people/{cast.coachee.pk}/photo/{photo}/128/").status_code == 404


def test_storage_that_is_away_is_said_and_changes_nothing(cast, client, send, settings):
    photo = make_photo(person=cast.coachee)
    away = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": "/dev/null/away"}}
    settings.STORAGES = {**settings.STORAGES, "default": away}
    response = send(photo_bytes(), about="§typed§")
    assert response.status_code == 503
    assert "Files cannot be kept" in response.content.decode()
    assert "§typed§" in response.content.decode()
    assert Person.objects.get(pk=cast.coachee.pk).photo == photo
    assert client.get(f"/people/{cast.coachee.pk}/photo/{photo}/128/").status_code == 503
    assert client.get(f"/people/{cast.coachee.pk}/").status_code == 200


def test_the_profile_shows_the_photo_over_the_initials(cast, page_of):
    assert "person-photo" not in page_of(cast.coach, cast.coachee)
    photo = make_photo(person=cast.coachee)
    page = page_of(cast.coach, cast.coachee)
    assert f'AO<img src="/people/{cast.coachee.pk}/photo/{photo}/128/" alt=""' in page
