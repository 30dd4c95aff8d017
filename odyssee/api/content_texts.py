"""Sentences for the problems of contents and media, in French and English, with their cure."""

from odyssee.api.partner_texts import ROWS
from odyssee.api.sound_texts import SOUND
from odyssee.api.texts import Sentences, name_type, say
from odyssee.domain.errors import Problem

FORM: Sentences = {
    "unknown_key": ("la clé « {key} » n’existe pas{near}.", "there is no key “{key}”{near}."),
    "missing_key": ("la clé « {key} » manque.", "the key “{key}” is missing."),
    "wrong_type": ("on attend : {expected}.", "expected: {expected}."),
    "not_allowed": ("la valeur doit être l’une de : {allowed}.", "must be one of: {allowed}."),
    "duplicate_key": ("la clé « {key} » est écrite deux fois.", "the key “{key}” stands twice."),
    "duplicate": ("« {value} » est déjà pris.", "“{value}” is taken already."),
    "not_finite": ("un nombre fini est attendu.", "a finite number is expected."),
    "out_of_range": ("la valeur va de {min} à {max}.", "the value goes from {min} to {max}."),
    "too_precise": ("{max} décimales au plus.", "{max} decimals at most."),
    "too_few": ("il en faut au moins {min}.", "at least {min} are needed."),
    "too_many": ("il en faut au plus {max}.", "at most {max} are allowed."),
    "too_long": ("le texte est trop long : {max} caractères au plus.", "at most {max} characters."),
    "bad_character": (
        "un caractère de contrôle ou illisible s’y trouve : retirez-le (UTF-8 attendu).",
        "it holds a control or unreadable character: take it out (UTF-8 is expected).",
    ),
    "not_utf8": ("le fichier n’est pas en UTF-8.", "the file is not UTF-8."),
    "yaml_broken": ("le YAML est illisible : {reason}.", "the YAML is unreadable: {reason}."),
    "yaml_tag": ("les étiquettes YAML (!…) ne sont pas admises.", "YAML tags (!…) are refused."),
    "too_deep": ("plus de {max} niveaux imbriqués.", "nested more than {max} deep."),
    "too_many_values": ("plus de {max} valeurs dans un fichier.", "more than {max} values."),
    "file_too_large": ("le fichier dépasse {max_bytes} octets.", "larger than {max_bytes} bytes."),
    "file_missing": ("ce fichier manque.", "this file is missing."),
    "file_unexpected": ("ce fichier n’est pas attendu ici.", "this file is not expected here."),
    "file_misnumbered": ("le nom attendu est « {expected} ».", "expected name: “{expected}”."),
    "folder_misnamed": (
        "le slug doit être le nom du dossier : « {expected} ».",
        "the slug must be the folder's name: “{expected}”.",
    ),
    "folder_unknown": (
        "ce dossier n’est pas un dossier de contenus : il y faut territoire.yaml ou legendes/.",
        "this is no content folder: territoire.yaml or legendes/ is needed.",
    ),
    "link_refused": ("les liens ne sont pas suivis.", "links are not followed."),
    "territory_missing": ("territoire.yaml manque.", "territoire.yaml is missing."),
    "front_matter_missing": (
        "le fichier doit commencer par un en-tête entre deux lignes « --- ».",
        "the file must begin with front matter between two lines “---”.",
    ),
    "front_matter_open": (
        "l’en-tête n’est pas fermé par une ligne « --- ».",
        "the front matter is not closed by a line “---”.",
    ),
    "raw_html": ("le HTML n’est pas admis : écrivez en Markdown.", "write Markdown, not HTML."),
}
"""What is wrong with a file's form: French, English."""

RULES: Sentences = {
    "slug_invalid": (
        "lettres minuscules sans accent, chiffres et tirets, {max} caractères au plus.",
        "lower-case letters, digits and hyphens, {max} characters at most.",
    ),
    "language_invalid": ("un code de langue est attendu, comme fr.", "a language code like fr."),
    "language_unknown": (
        "la langue « {lang} » n’est pas de ce territoire.",
        "the language “{lang}” is not of this territory.",
    ),
    "insee_invalid": ('cinq caractères, comme "28280".', 'five characters, such as "28280".'),
    "commune_unknown": (
        "cette commune n’est pas dans territoire.yaml.",
        "this commune is not in territoire.yaml.",
    ),
    "url_invalid": ("une adresse http:// ou https:// est attendue.", "expected http(s)://…"),
    "file_name_invalid": (
        "un simple nom de fichier est attendu, sans dossier ni espace.",
        "a plain file name is expected, without folder or space.",
    ),
    "media_missing": (
        "le fichier « {file} » manque dans medias/.",
        "the file “{file}” is missing from medias/.",
    ),
    "source_unknown": (
        "la source « {value} » n’est pas dans rights.sources.",
        "the source “{value}” is not in rights.sources.",
    ),
    "text_missing": ("le texte en « {lang} » manque.", "the text in “{lang}” is missing."),
    "text_draft": (
        "le texte en « {lang} » n’est pas encore relu : passez-le à reviewed une fois relu.",
        "the text in “{lang}” was not read over yet: set it to reviewed once it is.",
    ),
    "text_machine": (
        "le texte en « {lang} » vient d’une machine et personne ne l’a relu.",
        "the text in “{lang}” comes from a machine and nobody has read it over.",
    ),
    "text_empty": ("« {key} » est vide.", "“{key}” is empty."),
    "translation_missing": (
        "pas encore traduit en « {lang} » : le français sera servi.",
        "not translated into “{lang}” yet: French will be served.",
    ),
    "alt_missing": (
        "dites en mots ce que l’image montre ({lang}).",
        "say in words what the picture shows ({lang}).",
    ),
    "alts_mismatch": (
        "il faut autant de descriptions que d’images.",
        "as many descriptions as pictures are needed.",
    ),
    "invitation_missing": (
        "l’invitation manque en « {lang} ».",
        "the invitation is missing in “{lang}”.",
    ),
    "respelling_length": (
        "un mot, puis la manière de le dire : de 1 à {max} caractères.",
        "a word, then how it is said: 1 to {max} characters.",
    ),
    "respelling_unsayable": (
        "des lettres seules, les mots séparés par une espace, un trait d’union ou une virgule.",
        "letters only, the words parted by a blank, a hyphen or a comma.",
    ),
    "riddle_missing": ("l’énigme manque en « {lang} ».", "the riddle is missing in “{lang}”."),
    "riddle_key_missing": (
        "la clé riddle (answer_ids) manque dans legende.yaml.",
        "the key riddle (answer_ids) is missing from legende.yaml.",
    ),
    "answer_unknown": (
        "aucun choix ne porte ce nom.",
        "no choice bears that id.",
    ),
    "choices_differ": (
        "les choix en « {lang} » n’ont pas les mêmes noms qu’en français.",
        "the choices in “{lang}” do not have the ids of the French ones.",
    ),
    "radius_missing": ("un rayon radius_m est nécessaire.", "radius_m is needed."),
    "radius_forbidden": ("un polygone n’a pas de rayon.", "a polygon has no radius."),
    "ring_open": ("le contour n’est pas fermé : répétez le premier point.", "close the ring."),
    "ring_invalid": ("le contour se croise.", "the ring crosses itself."),
    "shape_empty": ("la forme n’a pas d’étendue.", "the shape has no extent."),
    "holes_refused": ("une zone ne peut pas avoir de trou.", "a zone may not have holes."),
    "zones_overlap": (
        "chevauche une zone de « {other} » : éloignez-les ou réduisez les rayons.",
        "overlaps a zone of “{other}”: move them apart or make them smaller.",
    ),
    "site_unsurveyed": (
        "la zone est plus petite que l’incertitude du lieu ({precision_m} m) : à relever.",
        "the zone is smaller than the place is uncertain ({precision_m} m): survey it.",
    ),
    "outside_territory": (
        "le départ est hors du contour du territoire.",
        "the start lies outside the territory's outline.",
    ),
    "medium_missing": (
        "le média n’est pas prêt : reprenez le contenu (odyssee import).",
        "the medium is not ready: import the content again.",
    ),
    "narration_missing": (
        "le récit en français manque : déposez un enregistrement ou installez une voix.",
        "the French narration is missing: bring a recording or install a voice.",
    ),
    "xml_too_large": (
        "ce fichier est trop long ou trop imbriqué : {elements} éléments, {depth} niveaux au plus.",
        "this file is too long or nested too deep: {elements} elements and {depth} levels at most.",
    ),
    "xml_too_heavy": (
        "ce fichier est trop lourd : {max_mb} Mo au plus pour un GPX ou un KML.",
        "this file is too heavy: {max_mb} MB at most for GPX or KML.",
    ),
    "trace_too_large": (
        "la trace est trop longue : 32 Mo et 100 000 points au plus.",
        "the trace is too long: 32 MB and 100,000 points at most.",
    ),
    "trace_unreadable": (
        "ce n’est pas une trace {format} lisible.",
        "not a readable {format} trace.",
    ),
    "trace_without_times": (
        "aucun point daté : enregistrez la trace avec l’heure.",
        "no point has a time: record the trace with times.",
    ),
    "trace_without_course": (
        "tous les points ont la même heure : une marche en a au moins deux.",
        "all points have the same time: a walk has two at least.",
    ),
    "trace_without_places": (
        "aucune position assez précise pour suivre la marche (100 m au plus).",
        "no position is good enough to follow the walk (100 m at most).",
    ),
    "trace_columns_missing": (
        "colonnes absentes de la première ligne : {columns}.",
        "columns missing from the first line: {columns}.",
    ),
    "trace_times_differ": (
        "{times} heures pour {places} positions : il en faut autant.",
        "{times} times for {places} positions: as many are needed.",
    ),
    "trace_bad_place": (
        "la longitude ou la latitude n’est pas sur terre (degrés, WGS 84).",
        "longitude or latitude is not on earth (degrees, WGS 84).",
    ),
    "trace_bad_time": (
        "l’heure est illisible : 2026-06-01T10:00:00Z, ou des secondes depuis 1970.",
        "the time is unreadable: 2026-06-01T10:00:00Z, or seconds since 1970.",
    ),
    "walk_too_long": (
        "le parcours et ses récits durent plus d’un jour.",
        "the route and its stories last more than a day.",
    ),
    "outline_too_large": ("le contour dépasse 8 Mo.", "the outline is over 8 MB."),
    "stretch_unreadable": (
        "un tronçon est une ligne GeoJSON (LineString) : exportez-la de nouveau.",
        "a stretch is a line in GeoJSON (LineString): export it again.",
    ),
    "outline_unreadable": (
        "un Polygon ou MultiPolygon GeoJSON est attendu, seul.",
        "a single GeoJSON Polygon or MultiPolygon is expected.",
    ),
    "outline_invalid": ("le contour se croise ou est vide.", "the outline crosses itself."),
    "outline_not_degrees": (
        "des degrés sont attendus, longitude puis latitude (WGS 84).",
        "degrees are expected, longitude then latitude (WGS 84).",
    ),
}
"""What breaks a rule of the content: French, English."""

STYLE: Sentences = {
    "space_breaking": (
        "espace insécable attendue : « {found} » (fine avant ; ! ?, pleine avant : et dans « »).",
        "a hard space is expected: “{found}”.",
    ),
    "space_doubled": ("deux espaces de suite : « {found} ».", "two blanks in a row: “{found}”."),
    "quotes_straight": (
        "guillemets « » et apostrophe ’ attendus : « {found} ».",
        "curly quotes “ ” and apostrophe ’ expected: “{found}”.",
    ),
    "language_wrong": (
        "ce texte ne semble pas écrit en « {lang} ».",
        "this text does not look like “{lang}”.",
    ),
    "sentence_long": (
        "phrase de {words} mots, {max} au plus pour l’oreille : « {found} ».",
        "a sentence of {words} words, {max} at most for the ear: “{found}”.",
    ),
    "figures_spoken": (
        "écrivez en toutes lettres ce qui est dit : « {found} ».",
        "write out what is spoken: “{found}”.",
    ),
    "alt_repeats_title": (
        "la description répète le titre : dites ce que l’on voit.",
        "the description repeats the title: say what is seen.",
    ),
    "directions_missing": (
        "dites comment venir ici depuis l’étape d’avant (directions, {lang}).",
        "say how to come here from the stop before (directions, {lang}).",
    ),
    "zone_small": (
        "un rayon de {radius_m} m est petit pour un téléphone : {min} m ou plus.",
        "a radius of {radius_m} m is small for a phone: {min} m or more.",
    ),
    "zones_close": (
        "à {gap_m} m d’une zone de « {other} » : un téléphone les confondra, éloignez-les.",
        "{gap_m} m from a zone of “{other}”: a phone will mix them up, move them apart.",
    ),
    "route_misses_zone": (
        "le tracé passe à {away_m} m de cette zone : faites-le passer dedans.",
        "the route passes {away_m} m from this zone: make it pass through.",
    ),
    "zone_unreachable": (
        "cette zone est à {away_m} m du tracé : personne n’y viendra.",
        "this zone is {away_m} m from the route: nobody will come there.",
    ),
    "route_out_of_order": (
        "le tracé traverse cette zone avant celle de « {before} » : le récit partirait trop tôt.",
        "the route crosses this zone before that of “{before}”: its story would come too early.",
    ),
    "duration_far": (
        "durée annoncée {found} min, estimée {expected_min} min : corrigez l’une ou l’autre.",
        "{found} min stated, about {expected_min} min by route and stories: mend one of them.",
    ),
    "narration_long": (
        "récit de {story_s} s ({how}), {walk_s} s de marche : écourtez-le, ou éloignez l’étape.",
        "a story of {story_s} s ({how}), a walk of {walk_s} s: shorten it, or move the next stop.",
    ),
}
"""Advice on how it is written and heard: French, English."""

HOW_LONG = {
    "measured": ("mesuré", "measured"),
    "reckoned": ("estimé d’après ses mots", "reckoned from its words"),
}
"""How the length of a story is known: French, English."""

MEDIA: Sentences = {
    "too_large": (
        "le fichier fait {size_bytes} octets : {max_bytes} au plus.",
        "{size_bytes} bytes: {max_bytes} at most.",
    ),
    "file_empty": (
        "le fichier est vide : copiez-le de nouveau.",
        "the file is empty: copy it again.",
    ),
    "not_an_image": (
        "pas une image que l’on sait lire ({found}) : exportez-la ({allowed}).",
        "not a picture that can be read ({found}): export it ({allowed}).",
    ),
    "image_damaged": (
        "l’image est abîmée ou coupée : rouvrez l’original et exportez-le de nouveau.",
        "the picture is damaged or cut: open the original and export it again.",
    ),
    "image_too_demanding": (
        "l’image demande trop de mémoire ou de temps pour être ouverte : exportez-la en JPEG.",
        "it takes too much memory or time to open: export it as JPEG.",
    ),
    "too_many_pixels": (
        "plus de {max_megapixels} millions de pixels en {form} : réduisez-la, ou JPEG (60).",
        "more than {max_megapixels} megapixels in {form}: make it smaller, or JPEG (60).",
    ),
    "odd_shape": (
        "{found} pixels : un côté fait plus de {max_ratio} fois l’autre, recadrez-la.",
        "{found} pixels: one side is over {max_ratio} times the other, crop it.",
    ),
    "colours_not_supported": (
        "couleurs {found} non lues : exportez-la en couleurs à 8 ou 16 bits.",
        "colours {found} are not read: export it with 8 or 16 bits a colour.",
    ),
    "not_svg": (
        "le fichier commence comme un SVG et n’en est pas un qui se lise : exportez-le de nouveau.",
        "it begins like SVG and is none that can be read: export it again.",
    ),
    "svg_doctype": ("le SVG déclare un DOCTYPE : retirez-le.", "the SVG has a DOCTYPE."),
    "svg_instruction": ("le SVG contient une instruction.", "the SVG holds an instruction."),
    "svg_forbidden_element": (
        "l’élément SVG « {element} » n’est pas admis : convertissez-le en tracé.",
        "the SVG element “{element}” is refused: convert it to a path.",
    ),
    "svg_forbidden_attribute": (
        "un attribut SVG n’est pas admis : {attribute}.",
        "an SVG attribute is refused: {attribute}.",
    ),
    "svg_outside_reference": (
        "le SVG renvoie hors de lui-même : {attribute}.",
        "the SVG refers outside itself: {attribute}.",
    ),
    "svg_too_many_elements": ("plus de {max_elements} éléments.", "over {max_elements} elements."),
    "svg_too_deep": ("plus de {max_depth} niveaux.", "nested over {max_depth} deep."),
    "svg_not_drawable": (
        "le SVG ne peut pas être dessiné : simplifiez-le ou exportez-le en PNG.",
        "the SVG cannot be drawn: simplify it or export it as PNG.",
    ),
}
"""Why a picture is refused, or any file: French, English."""

CONTENT: Sentences = {**FORM, **RULES, **STYLE, **MEDIA, **SOUND, **ROWS}
"""Every sentence about contents."""


def say_content(problem: Problem, lang: str) -> str:
    """The sentence of a problem with contents, and the nearest known key where one is near."""
    nearest = problem.values.get("near")
    asked = "did you mean" if lang == "en" else "vouliez-vous dire"
    near = f" ({asked} « {nearest} » ?)" if nearest else ""
    values = {**problem.values, "near": near}
    if problem.code == "wrong_type":
        values["expected"] = name_type(values["expected"], lang)
    if problem.code == "narration_long":
        values["how"] = HOW_LONG[values["how"]][lang == "en"]
    return say(CONTENT, problem.code, lang, values)
