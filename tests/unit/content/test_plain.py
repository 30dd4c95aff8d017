"""The words that are spoken, and raw HTML that may not hide among them."""

from dataclasses import replace

from odyssee.content.plain import check_markup, find_raw_html, to_paragraphs
from odyssee.domain.legends import Legend


def test_emphasis_is_not_spoken_and_links_are_their_text() -> None:
    text = "La **dame** si *fière*, dit [le récit](https://vicheres.fr), `n’est` plus."
    assert to_paragraphs(text) == ["La dame si fière, dit le récit, n’est plus."]


def test_each_paragraph_heading_verse_and_list_item_is_spoken_by_itself() -> None:
    text = "# L’Étang\n\nUn soir\nd’hiver  \ntrès froid.\n\n- un\n- deux\n\n> Qui va là ?\n\n---\n"
    assert to_paragraphs(text) == [
        "L’Étang",
        "Un soir d’hiver très froid.",
        "un",
        "deux",
        "Qui va là ?",
    ]


def test_pictures_speak_by_their_alt_and_entities_by_their_sign() -> None:
    assert to_paragraphs("![un âne](a.png) & &eacute;t&eacute;") == ["un âne & été"]


def test_nothing_is_spoken_of_nothing() -> None:
    assert to_paragraphs("") == []
    assert to_paragraphs("\n \n") == []


def test_raw_html_is_found_at_its_line() -> None:
    text = "Un <b>mot</b>\net <i>deux</i>.\n\n<div>\nbloc\n</div>\n\n<!-- note -->\n"
    assert find_raw_html(text) == [0, 0, 1, 1, 3, 7]


def test_signs_and_addresses_are_no_html() -> None:
    assert find_raw_html("1 < 2 > 0, <https://vicheres.fr>, `<b>`, \\<b>, &lt;b&gt;") == []


def test_html_in_a_draft_is_told_by_pointer(legend: Legend) -> None:
    assert check_markup(legend) == []
    stop = legend.stops[0]
    words = replace(stop.texts["fr"], text="<script>alert(1)</script>")
    changed = replace(legend, stops=(replace(stop, texts={"fr": words}),))
    assert [(p.where, p.code) for p in check_markup(changed)] == [
        ("stops/0/texts/fr/text", "raw_html")
    ]
