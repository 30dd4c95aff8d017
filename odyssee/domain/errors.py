"""What can go wrong, in the words of the domain; the doors give each its status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at one place; its sentence is made in `api/texts.py` from code and values."""

    where: str
    """A JSON pointer into the document without the leading slash, or `file:line`."""
    code: str
    severity: Severity = "error"
    values: Mapping[str, str] = field(default_factory=dict)
    """What the sentence names, already as words; never the whole input."""


class OdysseeError(Exception):
    """Anything that the product itself refuses or cannot do."""

    code = "broken"

    def __init__(self, detail: str = "", **values: str) -> None:
        super().__init__(detail or self.code)
        self.values = values
        """What the sentence names, such as the slug that was not found."""


class NotFound(OdysseeError):
    """There is no such thing."""

    code = "not_found"


class Unpublished(OdysseeError):
    """The legend was published once and is not any more."""

    code = "unpublished"


class ProblemsFound(OdysseeError):
    """A check found problems; all of them are told."""

    code = "problems_found"

    def __init__(self, problems: Sequence[Problem], **values: str) -> None:
        super().__init__(f"{len(problems)} problems", **values)
        self.problems = tuple(problems)


class NotPublishable(ProblemsFound):
    """The draft has problems that stand in the way of publication."""

    code = "not_publishable"


class ContentInvalid(ProblemsFound):
    """The content folder has problems; nothing of it was taken."""

    code = "content_invalid"


class InputInvalid(ProblemsFound):
    """A request's values are out of their bounds."""

    code = "invalid"


def refuse(problems: Sequence[Problem]) -> None:
    """Let the values of a request pass when nothing is wrong with them.

    Raises:
        InputInvalid: something is; all of it is told.
    """
    if problems:
        raise InputInvalid(problems)


class ProgressUnreadable(OdysseeError):
    """The progress token is damaged, cut, or of another legend."""

    code = "progress_unreadable"


class HereImplausible(OdysseeError):
    """An "I am here" was said too far from the last known position."""

    code = "here_implausible"


class TooManySteps(OdysseeError):
    """One request asks for more evidence steps than it may."""

    code = "too_many_steps"


class Stale(OdysseeError):
    """The thing changed since the caller read it."""

    code = "stale"


class Damaged(OdysseeError):
    """Kept bytes are not what their hash or their format promises."""

    code = "damaged"


class Expired(Damaged):
    """What is published is signed rightly, and too long ago."""

    code = "expired"


class Unavailable(OdysseeError):
    """Something that this deed needs does not answer now."""

    code = "unavailable"


class PartnerUnreadable(OdysseeError):
    """Another system answers with something else than it should."""

    code = "partner_unreadable"


class AddressRefused(OdysseeError):
    """The address of another system leads where nothing may be asked."""

    code = "address_refused"


class Misconfigured(OdysseeError):
    """A setting cannot be used; `setting` in values names it."""

    code = "misconfigured"


class MediumRefused(OdysseeError):
    """A picture or a recording cannot be used; `code` in values says why."""

    code = "medium_refused"


class NotSignedIn(OdysseeError):
    """The session or the token is unknown, ended, or not there at all."""

    code = "not_signed_in"


class SignInFailed(OdysseeError):
    """Signing in was refused; it never says what was wrong, so that no account is told."""

    code = "sign_in_failed"


class TooManyAttempts(OdysseeError):
    """Signing in was tried too often; nothing was looked at."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(wait_s=str(retry_after_s))
        self.retry_after_s = retry_after_s
        """Whole seconds, 1 or more, after which the next attempt is looked at."""


class Forbidden(OdysseeError):
    """Whoever asks is known, and may not do this."""

    code = "forbidden"


class PasswordChangeRequired(Forbidden):
    """The one-time password must be changed before anything else."""

    code = "password_change_required"


class OtpEnrolmentRequired(Forbidden):
    """The role needs one-time codes, and this person has none yet."""

    code = "otp_enrolment_required"


class SignInAgain(Forbidden):
    """This deed needs a session that was signed in just now."""

    code = "sign_in_again"


class SessionNeeded(Forbidden):
    """A personal token may not do this: it takes a session."""

    code = "session_needed"


class CrossSite(Forbidden):
    """A request with the cookie came from another site."""

    code = "cross_site"


class Conflict(OdysseeError):
    """The deed does not go with what is there."""

    code = "conflict"


class KeyReused(Conflict):
    """Another report was told under the key that should be of one alone."""

    code = "key_reused"


class EmailTaken(Conflict):
    """Somebody has that e-mail already."""

    code = "email_taken"


class OfficeTaken(Conflict):
    """There is an office of that slug already."""

    code = "office_taken"


class LastAdmin(Conflict):
    """Nobody would be left who may look after people."""

    code = "last_admin"


class TooManyTokens(Conflict):
    """The person has as many personal tokens as one may have."""

    code = "too_many_tokens"


class NotPublished(Conflict):
    """A legend that is not published cannot be taken back."""

    code = "not_published"


class TooManyClosures(Conflict):
    """A legend has as many closures as one may have; `max` in values says how many."""

    code = "too_many_closures"


class SlugTaken(Conflict):
    """Another legend, or another stop of it, has that slug; an archived legend keeps its own."""

    code = "slug_taken"


class StillPublished(Conflict):
    """A legend that visitors see cannot be archived."""

    code = "still_published"


class FormExpected(OdysseeError):
    """A body is no form with a file."""

    code = "form_expected"


class UnknownMedium(OdysseeError):
    """A file begins like nothing that can be a sound or a picture."""

    code = "unknown_medium"


class EmptyFile(OdysseeError):
    """A file without a byte."""

    code = "empty_file"


class FileTooLarge(OdysseeError):
    """A file is larger than one may be."""

    code = "file_too_large"


class ChecksumMismatch(OdysseeError):
    """The bytes that came are not those that were promised."""

    code = "checksum_mismatch"


class OfficeFull(Conflict):
    """The originals of an office would take more than they may."""

    code = "office_full"


class MediumInUse(ProblemsFound):
    """A medium is used; all the places are told."""

    code = "medium_in_use"


class WrongOffset(Conflict):
    """An upload goes on elsewhere than it stopped."""

    code = "wrong_offset"


class UploadOver(OdysseeError):
    """An upload expired, or was ended."""

    code = "upload_over"


class StreamExpected(OdysseeError):
    """A piece of an upload is not sent as the protocol says."""

    code = "stream_expected"


class BadTusHeader(OdysseeError):
    """A header of the tus protocol is missing or cannot be read; `header` in values names it."""

    code = "bad_tus_header"


class TusVersion(OdysseeError):
    """The sender speaks another version of the tus protocol, or does not say which."""

    code = "tus_version"


class KioskUnknown(OdysseeError):
    """A call is signed by no kiosk that is known, or not as it should be."""

    code = "kiosk_unknown"


class NonceRefused(OdysseeError):
    """The nonce of a signed call is none of ours, has expired, or was used before."""

    code = "nonce_refused"


class KioskRevoked(Forbidden):
    """The office ended this kiosk."""

    code = "kiosk_revoked"


class EnrolmentRefused(Forbidden):
    """The one-time code of a kiosk does not count, or not any more."""

    code = "enrolment_refused"


class KeyTaken(Conflict):
    """Another kiosk signs with this key."""

    code = "key_taken"


class KioskEnded(Conflict):
    """A kiosk that was revoked gets no new code."""

    code = "kiosk_ended"


class SequenceGap(Conflict):
    """A batch of counts comes before those that should come first."""

    code = "sequence_gap"

    def __init__(self, last: int) -> None:
        super().__init__(last=str(last))
        self.last = last
        """The number of the last batch that was taken; 0 before the first."""


class SoftwareUnfit(OdysseeError):
    """A version of the software cannot be installed here, or does not stand; `reason` says why."""

    code = "software_unfit"
