"""What a photo says of its authors, offered to the office that brought it."""

import io

from desk_builders import bearer, session_of
from media_builders import MEDIA, a_png, form_of
from PIL import ExifTags, Image
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.actions.working import work_once


def test_whose_a_photo_says_it_is_is_offered_and_never_set_by_itself(
    client: TestClient, tools: Tools
) -> None:
    mine = bearer(session_of(tools, "contributor"))
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zoe Martin"
    photo = io.BytesIO()
    Image.new("RGB", (64, 48)).save(photo, "JPEG", exif=exif)
    address, silent = (
        client.post(MEDIA, headers=mine, **form_of(data)).headers["location"]
        for data in (photo.getvalue(), a_png())
    )
    while work_once(tools) is not None:
        pass
    ready = client.get(address, headers=mine).json()
    assert (ready["facts"]["credit_found"], ready["credit"]) == ("Zoe Martin", "")
    for made in ready["renditions"]:
        assert b"Martin" not in client.get(made["src"], headers=mine).content
    assert "credit_found" not in client.get(silent, headers=mine).json()["facts"]
