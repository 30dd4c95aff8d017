"""Sentences about files that legends come in, beside those of `texts.py`: French, English."""

from collections.abc import Mapping

EXCHANGE_FIELDS: Mapping[str, tuple[str, str]] = {
    "zip_broken": (
        "Ce fichier n’est pas un zip entier : envoyez celui de « export.zip », ou refaites-le.",
        "This file is no whole zip: send that of “export.zip”, or make it again.",
    ),
    "draft_exists": (
        "Un brouillon « {slug} » existe déjà : changez-en le tracé, ou renommez le fichier.",
        "There is a draft “{slug}” already: change its route, or name the trail otherwise.",
    ),
    "trail_unreadable": (
        "Ce fichier n’est ni un zip, ni un GPX, un KML ou un GeoJSON lisible.",
        "This file is neither a zip nor a GPX, KML or GeoJSON that can be read.",
    ),
    "trail_empty": (
        "Ce fichier ne contient ni lieu nommé ni tracé.",
        "This file holds neither a named place nor a line.",
    ),
    "off_earth": (
        "Un lieu de ce fichier n’est pas sur la terre : longitude puis latitude, en degrés.",
        "A place in this file is not on earth: longitude before latitude, in degrees.",
    ),
    "zip_encrypted": (
        "Ce zip est protégé par un mot de passe : refaites-le sans.",
        "This zip is protected by a password: make it again without.",
    ),
    "zip_too_many": (
        "Ce zip contient plus de {max} fichiers : envoyez moins de légendes à la fois.",
        "This zip holds more than {max} files: send fewer legends at a time.",
    ),
    "zip_too_large": (
        "Ce zip contient plus de {max_mb} Mo : envoyez moins de légendes à la fois.",
        "This zip holds more than {max_mb} MB: send fewer legends at a time.",
    ),
    "zip_bad_name": (
        "Un nom de ce zip mène ailleurs, est un lien ou se répète : refaites le zip du dossier.",
        "A name in this zip leads elsewhere, is a link or is there twice: zip the folder again.",
    ),
    "zip_no_content": (
        "Ce zip ne contient pas de dossier « contenus » : zippez-le entier, « medias » à côté.",
        "This zip holds no folder “contenus”: zip all of it, with “medias” beside.",
    ),
}
