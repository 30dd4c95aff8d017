"""Sentences about what phones tell, beside those of `texts.py`: French, English."""

from collections.abc import Mapping

TELLING_ERRORS: Mapping[str, tuple[str, str]] = {
    "key_reused": (
        "Un autre signalement a été envoyé avec cette Idempotency-Key : prenez-en une nouvelle.",
        "Another report was sent with this Idempotency-Key: take a new one.",
    ),
}
TELLING_FIELDS: Mapping[str, tuple[str, str]] = {
    "legend_not_served": (
        "Aucune légende publiée n’a ce nom : voyez /v1/legends.",
        "No published legend has this name: see /v1/legends.",
    ),
    "bad_key": (
        "De 1 à 100 lettres, chiffres et signes ASCII, sans espace.",
        "1 to 100 ASCII letters, digits and signs, without spaces.",
    ),
    "days_reversed": (
        "« from » doit venir avant « to », ou le même jour.",
        "“from” must come before “to”, or be the same day.",
    ),
    "too_many_days": (
        "La période est trop longue : {expected} jours au plus.",
        "The time is too long: {expected} days at most.",
    ),
}
