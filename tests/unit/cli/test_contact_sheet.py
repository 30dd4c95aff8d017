"""The contact sheet: every picture on one page that needs nothing else."""

import base64
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from picture_builders import RED, a_picture, as_file, near
from PIL import Image

from odyssee.cli.pictures import contact_sheet
from tests.builders import a_legend
from tests.flow_builders import write_content


class _Page(HTMLParser):
    """What a page shows and where it would fetch from."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.images += [named] if tag == "img" else []
        self.addresses += [named[key] or "" for key in ("src", "href") if key in named]


def run(folder: Path, output: Path) -> tuple[int, str]:
    done = CliRunner().invoke(contact_sheet, [str(folder), "--output", str(output)])
    return done.exit_code, done.output


def test_every_picture_stands_at_two_sizes_with_its_words(tmp_path: Path) -> None:
    folder = write_content(tmp_path, a_legend(stops=3))
    output = tmp_path / "planche" / "images.html"
    assert run(folder, output) == (0, f"4 image(s) dans {output}.\n")
    text = output.read_text("utf-8")
    page = _Page(text)
    assert len(page.images) == 8  # a cover and three stops, at 400 px and as thumbnails
    assert all(address.startswith("data:image/svg+xml;base64,") for address in page.addresses)
    assert "Une porte de pierre" in text
    assert "La Dame de l’Herbage-Œuvré" in text


def test_a_picture_that_is_not_there_is_told_and_the_page_written_all_the_same(
    tmp_path: Path,
) -> None:
    folder = write_content(tmp_path, a_legend(stops=2))
    (tmp_path / "medias/dame-de-riants/etape-2.svg").unlink()
    code, told = run(folder, tmp_path / "planche.html")
    assert code == 1
    assert "media_missing" in told
    assert "Fichier absent." in (tmp_path / "planche.html").read_text("utf-8")


def test_words_from_a_file_cannot_become_markup(tmp_path: Path) -> None:
    legend = a_legend(stops=2)
    folder = write_content(tmp_path, legend)
    text = folder / "legendes/dame-de-riants/fr/legende.md"
    text.write_text(text.read_text("utf-8").replace("title: ", "title: <script>x</script> "))
    run(folder, tmp_path / "planche.html")
    assert "<script>" not in (tmp_path / "planche.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["../../secret.svg", "/etc/hostname", "s" * 300])
def test_a_name_that_leads_out_of_the_folder_shows_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.svg").write_text("<svg><!-- secret --></svg>")
    folder = write_content(tmp_path, a_legend(stops=2))
    legend = folder / "legendes/dame-de-riants/legende.yaml"
    legend.write_text(legend.read_text("utf-8").replace("couverture.svg", name))
    assert_cover_is_absent(folder, tmp_path / "planche.html")


def test_a_link_out_of_the_folder_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text("<svg><!-- secret --></svg>")
    folder = write_content(tmp_path, a_legend(stops=2))
    cover = tmp_path / "medias/dame-de-riants/couverture.svg"
    cover.unlink()
    cover.symlink_to(tmp_path / "secret.svg")
    assert_cover_is_absent(folder, tmp_path / "planche.html")


def assert_cover_is_absent(folder: Path, output: Path) -> None:
    code, _ = run(folder, output)
    assert code == 1
    assert len(_Page(output.read_text("utf-8")).images) == 4  # the two stops alone


def test_a_legend_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = write_content(tmp_path, a_legend(stops=2))
    (folder / "legendes/dame-de-riants/legende.yaml").write_text("format: [1\n")
    code, told = run(folder, tmp_path / "planche.html")
    assert code == 1
    assert "yaml_broken" in told


@pytest.mark.parametrize("form", ["HEIC", "TIFF"])
def test_a_picture_that_browsers_cannot_show_is_shown_as_a_small_one_that_they_can(
    tmp_path: Path, form: str
) -> None:
    folder = write_content(tmp_path, a_legend(stops=2))
    data = as_file(a_picture((1200, 900)), form)
    (tmp_path / "medias/dame-de-riants/couverture.svg").write_bytes(data)
    output = tmp_path / "planche.html"
    assert run(folder, output)[0] == 0
    page = _Page(output.read_text("utf-8"))
    assert len(page.images) == 6
    head, _, body = page.addresses[0].partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as shown:
        assert shown.size == (400, 300)
        assert near(shown.convert("RGB").getpixel((100, 150)), RED, 20)
    assert f"couverture.svg, {len(data) / 1000:.0f} ko" in output.read_text("utf-8")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "AVIF"])
def test_a_picture_that_browsers_show_stands_there_to_the_byte(tmp_path: Path, form: str) -> None:
    folder = write_content(tmp_path, a_legend(stops=2))
    data = as_file(a_picture(), form)
    (tmp_path / "medias/dame-de-riants/couverture.svg").write_bytes(data)
    output = tmp_path / "planche.html"
    assert run(folder, output)[0] == 0
    head, _, body = _Page(output.read_text("utf-8")).addresses[0].partition(",")
    assert head == f"data:image/{form.lower()};base64"
    assert base64.b64decode(body) == data


def test_a_picture_that_cannot_be_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    folder = write_content(tmp_path, a_legend(stops=2))
    broken = as_file(a_picture((300, 300)), "HEIC")[:400]
    (tmp_path / "medias/dame-de-riants/couverture.svg").write_bytes(broken)
    output = tmp_path / "planche.html"
    code, told = run(folder, output)
    assert code == 1
    assert "medias/dame-de-riants/couverture.svg: image_damaged: l’image est abîmée" in told
    text = output.read_text("utf-8")
    assert "Fichier refusé\u00a0: l’image est abîmée" in text
    assert len(_Page(text).images) == 4  # the two stops
