"""What imports from other systems say: French, English."""

from collections.abc import Mapping

from odyssee.domain.amenities import AmenityKind

PARTNER_ERRORS: Mapping[str, tuple[str, str]] = {
    "partner_unreadable": (
        "Le partenaire n’a pas répondu ce qui est attendu de lui ; rien n’a été repris.",
        "The partner answered otherwise than it should; nothing was taken.",
    ),
    "address_refused": (
        "L’adresse du partenaire mène à un réseau privé ou ailleurs : corrigez les réglages.",
        "The partner's address leads into a private network or elsewhere: mend the settings.",
    ),
}
PARTNER_FIELDS: Mapping[str, tuple[str, str]] = {
    "source_not_set": (
        "Aucun partenaire de ce nom dans les réglages ; connus : {known}.",
        "The settings name no such partner; known: {known}.",
    ),
    "bbox_impossible": (
        "Il faut [ouest, sud, est, nord] en degrés, l’ouest avant l’est.",
        "Expected: [west, south, east, north] in degrees, west before east.",
    ),
    "place_impossible": (
        "Cette position n’existe pas : la longitude vient avant la latitude.",
        "There is no such position: longitude comes before latitude.",
    ),
}
ROWS: Mapping[str, tuple[str, str]] = {
    "row_unreadable": (
        "cette fiche est illisible, ou n’a pas d’identifiant.",
        "this row cannot be read, or has no id.",
    ),
    "name_missing": ("le nom manque.", "the name is missing."),
    "name_not_french": (
        "pas de nom français : celui d’une autre langue en tient lieu.",
        "there is no French name: that of another language stands in.",
    ),
    "place_missing": ("la position manque.", "the position is missing."),
    "place_impossible": (
        "cette position n’existe pas ; (0, 0) vaut inconnue.",
        "there is no such position; (0, 0) means unknown.",
    ),
    "line_missing": ("le tracé manque.", "the line is missing."),
    "link_unreadable": (
        "cette adresse de page est illisible : elle est laissée.",
        "this link cannot be read: it is left out.",
    ),
    "contact_unreadable": (
        "ce contact est illisible : il est laissé.",
        "this contact cannot be read: it is left out.",
    ),
    "not_an_amenity": (
        "« {type} » n’est pas un service près d’un parcours : fiche laissée.",
        "“{type}” is no service near a trail: the row is left out.",
    ),
    "row_twice": (
        "cette fiche est envoyée deux fois : la dernière compte.",
        "this row is sent twice: the last one counts.",
    ),
    "slug_taken": (
        "la légende « {legend} » existe déjà, et ne vient pas d’ici : rien n’a été touché.",
        "there is a legend “{legend}” already, which is not from here: nothing was touched.",
    ),
    "trek_changed": (
        "la randonnée a changé depuis ; le brouillon « {legend} » reste tel quel, comparez-les.",
        "the trek has changed since; the draft “{legend}” stays as it is, compare them.",
    ),
    "too_many_rows": (
        "plus de {max} fiches : la suite n’a pas été lue, donnez une emprise.",
        "more than {max} rows: the rest was not read, give a box.",
    ),
}
"""What is wrong with the rows of other systems, beside what is wrong with contents."""

KIND_NAMES: Mapping[AmenityKind, tuple[str, str]] = {
    "lodging": ("Hébergement", "Place to stay"),
    "food": ("Restauration", "Food and drink"),
    "parking": ("Parking", "Car park"),
    "toilets": ("Toilettes", "Toilets"),
    "water": ("Eau potable", "Drinking water"),
    "shop": ("Commerce", "Shop"),
    "information": ("Accueil touristique", "Tourist information"),
    "transport": ("Transport", "Transport"),
    "museum": ("Musée", "Museum"),
    "other": ("Autre service", "Other service"),
}
