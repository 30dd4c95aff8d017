"""Sentences for codes, in French and English: the only place where errors become words."""

from collections.abc import Mapping

from odyssee.api.closing_texts import CLOSING_ERRORS, CLOSING_FIELDS
from odyssee.api.draft_texts import DRAFT_ERRORS, DRAFT_FIELDS
from odyssee.api.exchange_texts import EXCHANGE_FIELDS
from odyssee.api.kiosk_texts import KIOSK_ERRORS, KIOSK_FIELDS
from odyssee.api.partner_texts import PARTNER_ERRORS, PARTNER_FIELDS
from odyssee.api.review_texts import REVIEW_ERRORS, REVIEW_FIELDS
from odyssee.api.telling_texts import TELLING_ERRORS, TELLING_FIELDS
from odyssee.domain.errors import Problem

Sentences = Mapping[str, tuple[str, str]]

ERRORS: Sentences = {
    "not_found": (
        "Cette adresse n’existe pas. Vérifiez l’orthographe, ou partez de /v1/legends.",
        "There is nothing at this address. Check its spelling, or start from /v1/legends.",
    ),
    "method_not_allowed": (
        "Cette adresse ne se lit pas ainsi : voyez l’en-tête Allow.",
        "This address does not take that method: see the Allow header.",
    ),
    "unpublished": (
        "Cette légende n’est plus publiée.",
        "This legend is not published any more.",
    ),
    "invalid": (
        "La demande contient des valeurs à corriger : voyez « errors ».",
        "The request holds values to mend: see “errors”.",
    ),
    "not_publishable": (
        "Corrigez les erreurs ; les conseils s’acceptent par leur code (accept_advice).",
        "Mend the errors; advice can be accepted by its code (accept_advice).",
    ),
    "content_invalid": (
        "Le contenu comporte des erreurs ; rien n’a été repris.",
        "The content has errors; nothing of it was taken.",
    ),
    "problems_found": ("Des problèmes ont été trouvés.", "Problems were found."),
    "progress_unreadable": (
        "Le jeton « progress » est abîmé ou vient d’une autre légende : recommencez sans lui.",
        "The token “progress” is damaged or of another legend: start again without it.",
    ),
    "here_implausible": (
        "« here » est trop loin de la dernière position connue : rapprochez-vous de l’étape.",
        "“here” is too far from the last known position: come closer to the stop.",
    ),
    "too_many_steps": (
        "Cette demande est trop longue à calculer : envoyez les positions en plusieurs fois.",
        "This request takes too long to work out: send the fixes in parts.",
    ),
    "precondition_required": (
        "L’en-tête If-Match manque : lisez d’abord l’objet et renvoyez son ETag.",
        "The header If-Match is missing: read the thing first and send its ETag back.",
    ),
    "payload_too_large": (
        "Le corps de la demande dépasse la limite de 256 Kio : envoyez-le en plusieurs fois.",
        "The body is over the limit of 256 KiB: send it in parts.",
    ),
    "unsupported_media_type": (
        "Le corps de la demande doit être en JSON (application/json).",
        "The body must be JSON (application/json).",
    ),
    "range_not_satisfiable": (
        "La plage demandée est hors de l’objet : voyez Content-Range.",
        "The range lies outside the object: see Content-Range.",
    ),
    "stale": (
        "L’objet a changé depuis votre lecture : relisez-le.",
        "It changed since you read it: read it again.",
    ),
    "damaged": (
        "Des données gardées sont abîmées ; le contenu déjà servi reste servi.",
        "Kept data are damaged; what was served stays served.",
    ),
    "expired": (
        "Ce qui est publié a été signé il y a trop longtemps : lancez odyssee worker --sign.",
        "What is published was signed too long ago: run odyssee worker --sign.",
    ),
    "unavailable": (
        "Un service nécessaire ne répond pas : réessayez dans un instant.",
        "Something that is needed does not answer: try again in a moment.",
    ),
    "misconfigured": (
        "Le réglage {setting} ne peut pas servir : voyez docs/reglages.md.",
        "The setting {setting} cannot be used: see docs/reglages.md.",
    ),
    "medium_refused": (
        "L’image ou l’enregistrement ne peut pas être utilisé.",
        "The picture or recording cannot be used.",
    ),
    "not_signed_in": (
        "Connectez-vous : la session ou le jeton manque, a expiré ou a été révoqué.",
        "Sign in: the session or the token is missing, has expired or was revoked.",
    ),
    "sign_in_failed": (
        "La connexion est refusée : vérifiez l’adresse, le mot de passe et le code.",
        "Sign-in refused: check the e-mail, the password and the code.",
    ),
    "too_many_attempts": (
        "Trop d’essais : attendez {wait_s} s avant le suivant.",
        "Too many attempts: wait {wait_s} s before the next.",
    ),
    "forbidden": (
        "Votre rôle ne le permet pas : demandez à un administrateur.",
        "Your role does not allow this: ask an administrator.",
    ),
    "password_change_required": (
        "Changez d’abord le mot de passe provisoire : POST /admin/v1/me/password.",
        "First change the one-time password: POST /admin/v1/me/password.",
    ),
    "otp_enrolment_required": (
        "Votre rôle demande un code à usage unique : POST /admin/v1/me/otp.",
        "Your role needs one-time codes: POST /admin/v1/me/otp.",
    ),
    "sign_in_again": (
        "Reconnectez-vous : cela demande une connexion de moins de 10 minutes.",
        "Sign in again: this takes a sign-in of less than 10 minutes ago.",
    ),
    "session_needed": (
        "Un jeton personnel ne suffit pas : connectez-vous.",
        "A personal token is not enough: sign in.",
    ),
    "cross_site": (
        "La demande vient d’un autre site : ouvrez la page du bureau elle-même.",
        "The request comes from another site: open the office’s own page.",
    ),
    "conflict": (
        "Cela ne va pas avec l’état présent : relisez-le.",
        "This does not go with the present state: read it again.",
    ),
    "email_taken": (
        "Quelqu’un a déjà cette adresse : changez la personne, ou prenez une autre adresse.",
        "Somebody has this e-mail already: change that person, or take another e-mail.",
    ),
    "office_taken": (
        "Un bureau a déjà ce nom court : prenez-en un autre.",
        "There is an office of this slug already: take another.",
    ),
    "last_admin": (
        "C’est le dernier administrateur actif : nommez-en un autre d’abord.",
        "This is the last active administrator: name another one first.",
    ),
    "too_many_tokens": (
        "Vous avez déjà {max} jetons : révoquez-en un d’abord.",
        "You have {max} tokens already: revoke one first.",
    ),
    "form_expected": (
        "Un formulaire multipart/form-data est attendu, avec le fichier dans le champ « file ».",
        "A multipart/form-data form is expected, with the file in the field “file”.",
    ),
    "unknown_medium": (
        "Ni son ni image ({found}) : envoyez WAV, FLAC, MP3, M4A, Ogg, JPEG, PNG, WebP ou SVG.",
        "Neither sound nor picture ({found}): send WAV, FLAC, MP3, M4A, Ogg, JPEG, PNG, WebP, SVG.",
    ),
    "empty_file": (
        "Le fichier est vide : vérifiez-le et renvoyez-le.",
        "The file is empty: check it and send it again.",
    ),
    "file_too_large": (
        "Le fichier dépasse {max_mb} Mo : envoyez-le plus court ou plus compressé.",
        "The file is over {max_mb} MB: send it shorter, or more compressed.",
    ),
    "checksum_mismatch": (
        "Les octets reçus ne sont pas ceux annoncés : renvoyez-les.",
        "The bytes that came are not those that were promised: send them again.",
    ),
    "office_full": (
        "L’office a déjà {used_mb} Mo d’originaux sur {max_mb} : supprimez-en d’abord.",
        "The office has {used_mb} MB of originals already, of {max_mb}: delete some first.",
    ),
    "medium_in_use": (
        "Ce média sert encore ({count}) : retirez-le d’abord là où « errors » le dit.",
        "This medium is still in use ({count}): first take it out where “errors” says.",
    ),
    "wrong_offset": (
        "L’envoi reprend à {offset} : demandez-le par HEAD et renvoyez la suite.",
        "The upload goes on at {offset}: ask by HEAD and send the rest.",
    ),
    "upload_over": (
        "Cet envoi a expiré ou a été arrêté : recommencez-le.",
        "This upload has expired or was ended: begin again.",
    ),
    "stream_expected": (
        "Un morceau d’envoi s’envoie en application/offset+octet-stream.",
        "A piece of an upload is sent as application/offset+octet-stream.",
    ),
    "bad_tus_header": (
        "L’en-tête {header} manque ou ne se lit pas : voyez le protocole tus 1.0.0.",
        "The header {header} is missing or cannot be read: see the tus protocol 1.0.0.",
    ),
    "tus_version": (
        "L’en-tête Tus-Resumable doit être 1.0.0.",
        "The header Tus-Resumable must be 1.0.0.",
    ),
    **KIOSK_ERRORS,
    **CLOSING_ERRORS,
    **PARTNER_ERRORS,
    **DRAFT_ERRORS,
    **TELLING_ERRORS,
    **REVIEW_ERRORS,
    "broken": (
        "Une erreur interne est survenue ; elle a été notée.",
        "Something went wrong here; it was noted.",
    ),
}
"""What each error says: French, English."""

FIELDS: Sentences = {
    "missing": ("Ce champ manque.", "This field is missing."),
    "unknown_field": (
        "Ce champ n’existe pas : retirez-le.",
        "There is no such field: leave it out.",
    ),
    "wrong_type": ("Ce n’est pas du type attendu : {expected}.", "Not of the type: {expected}."),
    "not_finite": ("Un nombre fini est attendu.", "A finite number is expected."),
    "out_of_range": (
        "La valeur est hors de ses bornes : {expected}.",
        "The value is out of its bounds: {expected}.",
    ),
    "not_allowed": (
        "La valeur doit être l’une de : {expected}.",
        "The value must be one of: {expected}.",
    ),
    "too_long": ("C’est trop long : {expected} au plus.", "Too long: {expected} at most."),
    "too_short": ("C’est trop court : {expected} au moins.", "Too short: {expected} at least."),
    "too_precise": (
        "Trois décimales au plus : une position plus fine n’est pas utile et en dirait trop.",
        "Three decimals at most: a finer position is not needed and would tell too much.",
    ),
    "needs_near": ("« within_m » demande aussi « near ».", "“within_m” needs “near” as well."),
    "bad_json": ("Le corps n’est pas du JSON lisible.", "The body is not readable JSON."),
    "bad_text": (
        "Le texte contient un caractère Unicode isolé (surrogate) : retirez-le.",
        "The text holds a lone Unicode surrogate: take it out.",
    ),
    "bad_instant": (
        "Un instant RFC 3339 avec son fuseau est attendu, par exemple 2026-05-01T10:00:00Z.",
        "An RFC 3339 instant with its offset is expected, such as 2026-05-01T10:00:00Z.",
    ),
    "bad_date": (
        "Une date AAAA-MM-JJ est attendue, par exemple 2026-05-01.",
        "A date YYYY-MM-DD is expected, such as 2026-05-01.",
    ),
    "bad_lonlat": (
        "« lon,lat » en degrés est attendu, par exemple 0.822,48.322.",
        "“lon,lat” in degrees is expected, such as 0.822,48.322.",
    ),
    "bad_bbox": (
        "« ouest,sud,est,nord » en degrés est attendu, par exemple 0.75,48.13,1.21,48.72.",
        "“west,south,east,north” in degrees is expected, such as 0.75,48.13,1.21,48.72.",
    ),
    "unknown_stop": (
        "Cette légende n’a pas d’étape de ce nom.",
        "This legend has no stop of that name.",
    ),
    "bad_email": (
        "Une adresse électronique est attendue, par exemple bureau@perche.example.",
        "An e-mail address is expected, such as bureau@perche.example.",
    ),
    "bad_slug": (
        "Des minuscules, des chiffres et des traits d’union, {max} au plus.",
        "Lower-case letters, digits and hyphens, {max} at most.",
    ),
    "bad_character": (
        "Un caractère de contrôle ou illisible s’y trouve : retirez-le.",
        "It holds a control or unreadable character: take it out.",
    ),
    "bad_cursor": (
        "Ce curseur n’est pas de cette liste : repartez sans lui.",
        "This cursor is not of this list: start again without it.",
    ),
    "weak_password": (
        "Ce mot de passe se devine : prenez-en un plus long, sans votre nom ni celui du bureau.",
        "This password can be guessed: take a longer one, without your name or your office’s.",
    ),
    "same_password": (
        "Le nouveau mot de passe doit différer de l’ancien.",
        "The new password must differ from the old one.",
    ),
    "wrong_password": ("Ce n’est pas le mot de passe actuel.", "Not the present password."),
    "unknown_office": (
        "Ce bureau n’existe pas : créez-le d’abord.",
        "There is no such office: make it first.",
    ),
    "office_needed": (
        "Ce rôle appartient à un bureau : nommez-le.",
        "This role belongs to an office: name it.",
    ),
    "bad_form": (
        "Le formulaire est coupé ou mal formé : renvoyez-le.",
        "The form is cut or malformed: send it again.",
    ),
    "not_a_file": (
        "Le champ « file » doit porter un fichier, avec son nom.",
        "The field “file” must hold a file, with its name.",
    ),
    "one_file_only": ("Un seul fichier à la fois.", "One file at a time."),
    "bad_sha256": (
        "Soixante-quatre chiffres hexadécimaux sont attendus.",
        "Sixty-four hexadecimal digits are expected.",
    ),
    "unknown_legend": (
        "Cette légende n’existe pas : créez-la d’abord, ou laissez ce champ vide.",
        "There is no such legend: make it first, or leave this field empty.",
    ),
    "sound_only": (
        "Seul un son a des sous-titres : retirez ce champ.",
        "Only a sound has captions: leave this field out.",
    ),
    "picture_only": (
        "Seule une image a un point à garder en vue : retirez ce champ.",
        "Only a picture has a point to keep in sight: leave this field out.",
    ),
    "not_ready": (
        "Ce son n’est pas encore prêt, et sa durée est inconnue : attendez qu’il le soit.",
        "This sound is not ready and its length is not known yet: wait until it is.",
    ),
    "used_here": (
        "Le brouillon « {legend} » s’en sert ({place}).",
        "The draft “{legend}” uses it ({place}).",
    ),
    "used_in_revision": (
        "La révision {revision} en ligne de « {legend} » s’en sert ({place}).",
        "The served revision {revision} of “{legend}” uses it ({place}).",
    ),
    **KIOSK_FIELDS,
    **CLOSING_FIELDS,
    **EXCHANGE_FIELDS,
    **PARTNER_FIELDS,
    **DRAFT_FIELDS,
    **TELLING_FIELDS,
    **REVIEW_FIELDS,
    "invalid": ("Cette valeur ne peut pas être lue.", "This value cannot be read."),
}
"""What each fault of one field says: French, English."""

REASONS: Sentences = {
    "gave_up": (
        "L’encodage a échoué {attempts} fois de notre fait : renvoyez plus tard le même fichier.",
        "Encoding failed {attempts} times through our own fault: send the same file again later.",
    ),
    "damaged": (
        "L’original gardé manque ou est abîmé : renvoyez le même fichier.",
        "The original that was kept is missing or damaged: send the same file again.",
    ),
}
"""Why work on a medium failed, beside what is wrong with the medium itself: French, English."""


TYPES: Sentences = {
    "float": ("un nombre", "a number"),
    "number": ("un nombre", "a number"),
    "int": ("un entier", "an integer"),
    "integer": ("un entier", "an integer"),
    "string": ("un texte", "a text"),
    "text": ("un texte", "a text"),
    "bool": ("true ou false", "true or false"),
    "boolean": ("true ou false", "true or false"),
    "list": ("une liste", "a list"),
    "tuple": ("une liste", "a list"),
    "model": ("un objet", "an object"),
    "mapping": ("un objet de clés et de valeurs", "a mapping of keys to values"),
    "position": ("une position [longitude, latitude]", "a position [longitude, latitude]"),
    "empty": ("rien", "nothing"),
}
"""Names of types for people: French, English."""


def name_type(expected: str, lang: str) -> str:
    """A type as people call it; what is unknown stays as it is."""
    known = TYPES.get(expected)
    return expected if known is None else known[1 if lang == "en" else 0]


def say(sentences: Sentences, code: str, lang: str, values: Mapping[str, str]) -> str:
    """The sentence of a code in English when asked, else in French; the code itself if unknown."""
    known = sentences.get(code)
    if known is None:
        return code.replace("_", " ")
    words = known[1] if lang == "en" else known[0]
    return words.format_map(_Blanks(values))


def say_field(problem: Problem, lang: str) -> str:
    """The sentence of a problem with one field."""
    values = dict(problem.values)
    if problem.code == "wrong_type":
        values["expected"] = name_type(values["expected"], lang)
    return say(FIELDS, problem.code, lang, values)


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
