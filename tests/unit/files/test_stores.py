"""What every file store promises, tried on each of them."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from odyssee.domain.errors import Damaged, NotFound
from odyssee.files.s3 import PART_BYTES
from odyssee.files.store import CHUNK_BYTES, FileStore

LEGEND = "L’Étang de l’Herbage-Œuvré".encode()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(store: FileStore, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join(store.open(key, start, length))


def test_what_was_put_is_got(store: FileStore) -> None:
    store.put("packs/conte.json", LEGEND, sha256=sha256_of(LEGEND), content_type="application/json")
    assert store.get("packs/conte.json") == LEGEND
    assert store.exists("packs/conte.json")


def test_a_stream_is_kept_as_its_bytes_are(store: FileStore) -> None:
    store.put("flux", io.BytesIO(LEGEND), sha256=sha256_of(LEGEND))
    assert store.get("flux") == LEGEND


def test_nothing_at_all_can_be_kept(store: FileStore) -> None:
    store.put("vide", b"")
    assert store.get("vide") == b""
    assert read(store, "vide", 0, 10) == b""
    kept = store.stat("vide")
    assert kept is not None
    assert kept.size_bytes == 0


def test_a_second_put_replaces_the_first(store: FileStore) -> None:
    store.put("pointeur", b"avant")
    store.put("pointeur", b"apres")
    assert store.get("pointeur") == b"apres"


def test_bytes_of_another_hash_leave_nothing_behind(store: FileStore) -> None:
    with pytest.raises(Damaged):
        store.put("objects/a", LEGEND, sha256=sha256_of(b"autre"))
    assert not store.exists("objects/a")
    assert list(store.list_keys()) == []


def test_bytes_of_another_hash_leave_the_old_ones(store: FileStore) -> None:
    store.put("objects/a", b"ancien")
    with pytest.raises(Damaged):
        store.put("objects/a", io.BytesIO(LEGEND), sha256=sha256_of(b"autre"))
    assert store.get("objects/a") == b"ancien"


def test_a_long_stream_arrives_whole_or_not_at_all(store: FileStore) -> None:
    long = bytes(range(256)) * (2 * PART_BYTES // 256) + b"fin"
    store.put("long", io.BytesIO(long), sha256=sha256_of(long))
    assert read(store, "long", len(long) - 3) == b"fin"
    assert sha256_of(store.get("long")) == sha256_of(long)
    with pytest.raises(Damaged):
        store.put("long-faux", io.BytesIO(long), sha256=sha256_of(b"autre"))
    assert not store.exists("long-faux")


def test_only_the_first_of_two_puts_if_absent_counts(store: FileStore) -> None:
    assert store.put_if_absent("verrou", b"premier", sha256=sha256_of(b"premier"))
    assert not store.put_if_absent("verrou", b"second")
    assert store.get("verrou") == b"premier"


def test_of_many_writers_at_once_one_is_first(store: FileStore) -> None:
    words = [f"voix {n}".encode() for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda word: store.put_if_absent("cloche", word), words))
    assert told.count(True) == 1
    assert store.get("cloche") == words[told.index(True)]


def test_what_is_absent_is_told_at_once(store: FileStore) -> None:
    with pytest.raises(NotFound):
        store.get("absent")
    with pytest.raises(NotFound):
        store.open("absent")
    with pytest.raises(NotFound):
        store.open("absent", 0, 0)
    assert store.stat("absent") is None
    assert not store.exists("absent")


@pytest.mark.parametrize(
    ("start", "length"), [(0, None), (0, 4), (3, 5), (7, None), (5, 1000), (0, 0), (9999, 3)]
)
def test_a_part_is_what_was_asked_for(store: FileStore, start: int, length: int | None) -> None:
    store.put("texte", LEGEND)
    end = None if length is None else start + length
    assert read(store, "texte", start, length) == LEGEND[start:end]


def test_a_long_one_comes_in_pieces(store: FileStore) -> None:
    long = bytes(3 * CHUNK_BYTES + 1)
    store.put("long", long)
    pieces = list(store.open("long"))
    assert len(pieces) > 1
    assert b"".join(pieces) == long


def test_size_and_age_are_known_without_reading(store: FileStore) -> None:
    store.put("texte", LEGEND)
    kept = store.stat("texte")
    assert kept is not None
    assert kept.size_bytes == len(LEGEND)
    assert abs(kept.modified_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_keys_are_listed_in_the_order_of_their_characters(store: FileStore) -> None:
    keys = ["a-b/x", "a/b/c", "a/b-c", "ab", "a/z", "B", "a.d/y", "objects/0", "objects/00"]
    for key in keys:
        store.put(key, b"x")
    assert list(store.list_keys()) == sorted(keys)
    assert list(store.list_keys("a/")) == ["a/b-c", "a/b/c", "a/z"]
    assert list(store.list_keys("a/b")) == ["a/b-c", "a/b/c"]
    assert list(store.list_keys("objects/0")) == ["objects/0", "objects/00"]
    assert list(store.list_keys("nulle/part")) == []
    assert list(store.list_keys("../")) == []


def test_what_is_deleted_is_gone_and_deleting_again_is_harmless(store: FileStore) -> None:
    store.put("a/b", b"x")
    store.delete("a/b")
    store.delete("a/b")
    assert not store.exists("a/b")
    assert list(store.list_keys("a/")) == []


BAD_KEYS = ["", "/a", "a/", "a//b", "../a", "a/../b", ".cache", "a/.b", "a..b", "é", "a b", "a\n"]


@pytest.mark.parametrize("key", [*BAD_KEYS, "a" * 513, "a\\b", "a\x00b"])
def test_a_key_of_another_form_names_nothing(store: FileStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        store.put(key, b"x")
    with pytest.raises(ValueError, match="not a key"):
        store.put_if_absent(key, b"x")
    with pytest.raises(NotFound):
        store.get(key)
    assert store.stat(key) is None
    store.delete(key)


def test_a_store_within_a_store_sees_only_its_own(store: FileStore) -> None:
    store.put("objects/un", b"1")
    store.put("objets/deux", b"2")
    assert list(store.list_keys("objects/")) == ["objects/un"]
