"""Reviews and remarks, and where every legend stands; changed under a lock on the legend."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from odyssee.db.review_tables import ReviewCommentRow, ReviewRow
from odyssee.db.revisions import list_counting
from odyssee.db.session import Tx
from odyssee.db.tables import LegendRow, TextRow
from odyssee.domain.errors import NotFound
from odyssee.domain.reviewing import Comment, Planned, Review, Standing


def find_review(tx: Tx, legend: str) -> Review | None:
    """The last word of the legend's review."""
    row = tx.execute(select(ReviewRow.__table__).where(ReviewRow.legend == legend)).first()
    return None if row is None else _review(row)


def save_review(tx: Tx, review: Review) -> None:
    """Keep the last word, in place of the one before."""
    row = {
        "state": review.state,
        "draft_etag": review.draft_etag,
        "submitted_by": review.submitted_by,
        "reviewed_by": review.reviewed_by,
        "at": review.at,
    }
    changed = update(ReviewRow).where(ReviewRow.legend == review.legend).values(row)
    if tx.scalar(changed.returning(ReviewRow.legend)) is None:
        tx.execute(insert(ReviewRow).values(legend=review.legend, **row))


def add_comment(tx: Tx, comment: Comment) -> None:
    """Keep a new remark."""
    row = {
        "id": comment.id,
        "legend": comment.legend,
        "draft_etag": comment.draft_etag,
        "place": comment.where,
        "text": comment.text,
        "written_by": comment.by,
        "created_at": comment.created_at,
    }
    tx.execute(insert(ReviewCommentRow).values(row))


def get_comment(tx: Tx, legend: str, comment_id: str) -> Comment:
    """The legend's remark of that id.

    Raises:
        NotFound: there is none.
    """
    one = (ReviewCommentRow.legend == legend, ReviewCommentRow.id == comment_id)
    row = tx.execute(select(ReviewCommentRow.__table__).where(*one)).first()
    if row is None:
        raise NotFound(comment=comment_id)
    return _comment(row)


def set_resolved(tx: Tx, comment_id: str, by: str | None, at: datetime | None) -> None:
    """Say who saw to a remark, and when; null opens it again."""
    one = update(ReviewCommentRow).where(ReviewCommentRow.id == comment_id)
    tx.execute(one.values(resolved_by=by, resolved_at=at))


def list_comments(tx: Tx, legend: str) -> list[Comment]:
    """All remarks on a legend, the earliest first."""
    wanted = select(ReviewCommentRow.__table__).where(ReviewCommentRow.legend == legend)
    found = [_comment(row) for row in tx.execute(wanted)]
    return sorted(found, key=lambda comment: (comment.created_at, comment.id))


def list_standings(tx: Tx) -> list[Standing]:
    """Every legend that there ever was, in six statements or seven however many there are."""
    heads = tx.execute(
        select(
            LegendRow.id,
            LegendRow.slug,
            LegendRow.document,
            LegendRow.office,
            LegendRow.version,
            LegendRow.content_sha256,
            LegendRow.updated_at,
            LegendRow.archived_at,
        )
    ).all()
    titles, reviews, open_comments = _titles(tx), _reviews(tx), _open_comments(tx)
    revisions: dict[str, list[Planned]] = defaultdict(list)
    for slug, planned in list_counting(tx):
        revisions[slug].append(planned)
    return [
        Standing(
            slug=head.slug,
            titles=titles.get(head.id, {}),
            commune=head.document["commune"]["name"],
            office=head.office,
            etag=f"{head.version}-{head.content_sha256[:16]}",
            updated_at=head.updated_at,
            is_archived=head.archived_at is not None,
            review=reviews.get(head.slug),
            revisions=revisions[head.slug],
            open_comments=open_comments.get(head.slug, 0),
        )
        for head in heads
    ]


def _titles(tx: Tx) -> Mapping[int, Mapping[str, str]]:
    words = select(TextRow.legend_id, TextRow.lang, TextRow.document)
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for row in tx.execute(words.where(TextRow.stop_position.is_(None))):
        titles[row.legend_id][row.lang] = row.document.get("title") or ""
    return titles


def _reviews(tx: Tx) -> Mapping[str, Review]:
    return {row.legend: _review(row) for row in tx.execute(select(ReviewRow.__table__))}


def _open_comments(tx: Tx) -> Mapping[str, int]:
    counted = select(ReviewCommentRow.legend, func.count().label("n"))
    counted = counted.where(ReviewCommentRow.resolved_at.is_(None))
    return {row.legend: row.n for row in tx.execute(counted.group_by(ReviewCommentRow.legend))}


def _review(row: Any) -> Review:
    return Review(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping


def _comment(row: Any) -> Comment:
    return Comment(
        id=row.id,
        legend=row.legend,
        draft_etag=row.draft_etag,
        where=row.place,
        text=row.text,
        by=row.written_by,
        created_at=row.created_at,
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
    )
