"""Sentences about kiosks, beside those of `texts.py`: French, English."""

from collections.abc import Mapping

KIOSK_ERRORS: Mapping[str, tuple[str, str]] = {
    "kiosk_unknown": (
        "Aucune borne connue n’a signé cet appel : vérifiez ses en-têtes, ou inscrivez-la.",
        "No known kiosk signed this call: check its headers, or enrol it.",
    ),
    "nonce_refused": (
        "Le nonce a expiré ou a déjà servi : prenez-en un autre par GET /kiosk/v1/nonce.",
        "The nonce has expired or was used: take another from GET /kiosk/v1/nonce.",
    ),
    "kiosk_revoked": (
        "Cette borne a été révoquée : demandez à l’office d’en inscrire une nouvelle.",
        "This kiosk was revoked: ask the office to enrol a new one.",
    ),
    "enrolment_refused": (
        "Ce code d’inscription est inconnu, expiré ou déjà utilisé : demandez-en un autre.",
        "This enrolment code is unknown, expired or used: ask for another.",
    ),
    "key_taken": (
        "Une autre borne a déjà cette clé : effacez la clé de celle-ci et recommencez.",
        "Another kiosk has this key: remove the key of this one and start again.",
    ),
    "kiosk_ended": (
        "Cette borne est révoquée, pour de bon : créez-en une nouvelle.",
        "This kiosk is revoked for good: add a new one.",
    ),
    "sequence_gap": (
        "Il manque des lots de comptages : le dernier reçu est le {last}, envoyez le suivant.",
        "Batches of counts are missing: the last taken is {last}, send the one after it.",
    ),
    "software_unfit": (
        "Cette version du logiciel ne tient pas sur cette borne : {reason}",
        "This version of the software does not stand on this kiosk: {reason}",
    ),
}
"""What each error of a kiosk says."""

KIOSK_FIELDS: Mapping[str, tuple[str, str]] = {
    "mistyped_code": (
        "Ce code est mal recopié : 25 lettres et chiffres en groupes de 5 ; relisez chaque groupe.",
        "This code is mistyped: 25 letters and digits in groups of 5; read each group again.",
    ),
    "bad_wheel": (
        "Il faut la roue du logiciel, une seule fois, et rien que des roues ({reason}).",
        "The software's own wheel is needed, exactly once, and nothing but wheels ({reason}).",
    ),
    "bad_public_key": (
        "Une clé publique Ed25519 est attendue : ses 32 octets en base64url.",
        "An Ed25519 public key is expected: its 32 bytes in base64url.",
    ),
    "bad_language": (
        "Un code de langue est attendu, par exemple fr.",
        "A code of a language is expected, such as en.",
    ),
    "bad_languages": (
        "De 1 à 20 langues différentes, ou null pour toutes.",
        "1 to 20 different languages, or null for all.",
    ),
    "bad_layers": (
        "« core » et des couches différentes les unes des autres.",
        "“core”, and layers that differ from each other.",
    ),
    "bad_server": (
        "L’adresse d’un serveur est attendue, par exemple https://perche.example.",
        "The address of a server is expected, such as https://perche.example.",
    ),
}
"""What each fault of one field of a kiosk's says."""
