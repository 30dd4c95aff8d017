"""What can go wrong between a draft and its visitors: reviews, advice, previews."""

from odyssee.domain.errors import Conflict, Forbidden, OdysseeError


class OwnDraft(Forbidden):
    """Where there are several publishers nobody approves what they asked for or changed last."""

    code = "own_draft"


class ChangedSinceSubmitted(Conflict):
    """The draft is not the one any more that somebody asked to be read."""

    code = "changed_since_submitted"


class ApprovalNeeded(Conflict):
    """Nobody vouches for the draft as it is now."""

    code = "approval_needed"


class PreviewOver(OdysseeError):
    """The hours of a preview are over, or its draft is another one by now."""

    code = "preview_over"


class TooManyComments(Conflict):
    """A legend has as many remarks as one may have; `max` in values says how many."""

    code = "too_many_comments"
