"""Encrypted fields: what opens, what must not, and what a person is told where a key is missing."""

import base64
import hashlib
import os
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from metacortex.platform.database import new_id, transaction
from metacortex.platform.security.encryption import (
    CannotOpen,
    Encrypted,
    SealedFieldMisused,
    UnknownDataKey,
    UnusableDataKey,
    unlock,
)
from metacortex.platform.security.encryption.keys import add_data_key, list_key_files, wrapping_key
from metacortex.platform.security.encryption.sealing import (
    Sealed,
    fetch_data_key,
    name_place,
    open_sealed,
    pack,
    parse,
    rewrap,
    seal,
)
from tests.conftest import Product
from tests.platform.encryption_keys import (
    forget_keys,
    give_pems,
    private_pem,
    public_pem,
    reuse_generated_keys,
    use_folder,
)
from tests.platform.sealed_notes import Copy, Note, Site, create_tables, drop_tables

SECRET = "JBSWY3DPEHPK3PXP"
PLACE = name_place("notes", "secret_sealed", "id", "1")


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the keys of this test alone."""
    reuse_generated_keys(monkeypatch)
    return use_folder(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def rsa_keys() -> list[RSAPrivateKey]:
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@pytest.fixture(scope="module")
async def tables(product: Product) -> AsyncIterator[None]:
    await create_tables()
    yield
    await drop_tables()


class NumberedBase(DeclarativeBase):
    pass


class Numbered(NumberedBase):
    """A row that the database numbers."""

    __tablename__ = "numbered"
    id: Mapped[int] = mapped_column(primary_key=True)
    secret_sealed: Mapped[bytes]
    secret = Encrypted("secret_sealed")


def make_note(secret: str = SECRET, **fields: Any) -> Note:
    return Note(**{"org_id": new_id(), "id": new_id(), **fields}, secret=secret)


def lose_keys(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in key_folder.iterdir():
        path.unlink()
    forget_keys(monkeypatch)


@pytest.mark.parametrize("text", ["", SECRET, "Zürich · दिल्ली · 🔑\x00", "x" * 100_000, "\udc80 lone"])
def test_text_comes_back_as_it_went_in(text: str) -> None:
    note = make_note(text)
    assert note.secret == text
    assert text.encode("utf-8", "surrogatepass") not in note.secret_sealed or not text


def test_same_text_is_sealed_differently_each_time() -> None:
    note = make_note()
    first = note.secret_sealed
    note.secret = SECRET
    assert parse(first).box != parse(note.secret_sealed).box


def test_none_is_kept_where_the_column_allows_it_and_refused_elsewhere() -> None:
    note = make_note()
    assert note.hint is None
    note.hint = "my dog"
    assert note.hint == "my dog"
    note.hint = None
    assert note.hint_sealed is None
    with pytest.raises(SealedFieldMisused, match=r"Note\.secret cannot be None"):
        note.secret = None  # type: ignore[assignment]
    assert note.secret == SECRET


@pytest.mark.parametrize("value", [7, b"bytes", ["a"], object()])
def test_what_is_no_text_is_refused_without_showing_it(value: Any) -> None:
    with pytest.raises(SealedFieldMisused) as refused:
        make_note(value)
    assert repr(value) not in str(refused.value)


def test_missing_id_is_made_and_missing_organization_is_asked_for() -> None:
    note = Note(org_id=new_id(), secret=SECRET)
    assert note.id is not None
    assert note.secret == SECRET
    with pytest.raises(SealedFieldMisused, match=r"Set org_id before Note\.secret"):
        Note(secret=SECRET)
    with pytest.raises(SealedFieldMisused, match=r"Set id before Numbered\.secret"):
        Numbered(secret=SECRET)
    assert Numbered(id=7, secret=SECRET).secret == SECRET


def test_row_of_no_organization_has_encrypted_fields_too() -> None:
    site = Site(secret=SECRET)
    assert site.secret == SECRET
    other = Site(id=new_id(), secret_sealed=site.secret_sealed)
    with pytest.raises(CannotOpen, match=r"Site\.secret cannot be opened"):
        _ = other.secret


@pytest.mark.parametrize(
    "move",
    [
        lambda note: Note(org_id=note.org_id, id=new_id(), secret_sealed=note.secret_sealed),
        lambda note: Note(org_id=new_id(), id=note.id, secret_sealed=note.secret_sealed),
        lambda note: Copy(org_id=note.org_id, id=note.id, secret_sealed=note.secret_sealed),
        lambda note: Note(org_id=note.id, id=note.org_id, secret_sealed=note.secret_sealed),
        lambda note: Site(id=note.id, secret_sealed=note.secret_sealed),
    ],
    ids=["row", "organization", "table", "key the other way round", "table without organization"],
)
def test_sealed_value_that_was_moved_does_not_open(move: Callable[[Note], Any]) -> None:
    note = make_note()
    with pytest.raises(CannotOpen, match="moved here from another row or column"):
        _ = move(note).secret
    same = Note(org_id=note.org_id, id=note.id, secret_sealed=note.secret_sealed)
    assert same.secret == SECRET


def test_sealed_value_does_not_open_in_another_column() -> None:
    note = make_note()
    note.hint_sealed = note.secret_sealed
    with pytest.raises(CannotOpen, match=r"Note\.hint cannot be opened"):
        _ = note.hint


def test_change_of_any_byte_is_noticed() -> None:
    sealed = seal(SECRET, PLACE)
    head = 11 + len(parse(sealed).wrapped_key)
    # All of the head and the box; of the wrapped key, whose every trial costs milliseconds, each sixteenth byte.
    positions = [*range(11), *range(11, head, 16), *range(head, len(sealed))]
    for at in positions:
        changed = bytearray(sealed)
        changed[at] ^= 1 << at % 8
        with pytest.raises((CannotOpen, UnknownDataKey)):
            open_sealed(bytes(changed), PLACE)
    for size in (0, 1, 10, 11, head, head + 12, head + 27, len(sealed) - 1):
        with pytest.raises(CannotOpen):
            open_sealed(sealed[:size], PLACE)
    with pytest.raises(CannotOpen):
        open_sealed(sealed + b"\0", PLACE)
    assert open_sealed(sealed, PLACE) == SECRET


def test_data_key_of_another_value_does_not_open_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = parse(seal(SECRET, PLACE))
    monkeypatch.setattr("metacortex.platform.security.encryption.sealing._current", None)
    second = parse(seal(SECRET, PLACE))
    assert first.key_id == second.key_id
    with pytest.raises(CannotOpen):
        open_sealed(pack(Sealed(first.key_id, second.wrapped_key, first.box)), PLACE)


def test_key_wraps_by_oaep_with_sha_256_and_is_named_by_its_thumbprint(
    rsa_keys: list[RSAPrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_pems(monkeypatch, private_pem(rsa_keys[0]))
    sealed = parse(seal(SECRET, PLACE))
    numbers = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_keys[0].public_key(), as_dict=True)
    canonical = f'{{"e":"{numbers["e"]}","kty":"RSA","n":"{numbers["n"]}"}}'
    assert sealed.key_id == hashlib.sha256(canonical.encode()).digest()[:8]
    assert len(sealed.wrapped_key) == 256
    assert len(rsa_keys[0].decrypt(sealed.wrapped_key, _oaep_sha256())) == 32


def _oaep_sha256() -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


@given(parts=st.lists(st.text(max_size=6), max_size=5), others=st.lists(st.text(max_size=6), max_size=5))
def test_no_two_places_read_the_same(parts: list[str], others: list[str]) -> None:
    assert (name_place(*parts) == name_place(*others)) == (parts == others)


@given(
    key_id=st.binary(min_size=8, max_size=8),
    wrapped=st.binary(max_size=700),
    box=st.binary(min_size=28, max_size=200),
)
def test_format_gives_back_its_parts(key_id: bytes, wrapped: bytes, box: bytes) -> None:
    assert parse(pack(Sealed(key_id, wrapped, box))) == Sealed(key_id, wrapped, box)


@given(noise=st.binary(max_size=120))
def test_noise_is_refused_and_never_breaks_the_reader(noise: bytes) -> None:
    try:
        parsed = parse(noise)
    except CannotOpen:
        return
    assert pack(parsed) == noise


# The function-scoped fixture gives one folder of keys to all examples, as one process would have.
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(), parts=st.lists(st.text(max_size=8), max_size=4), others=st.lists(st.text(max_size=8), max_size=4)
)
def test_any_text_opens_at_its_place_only(text: str, parts: list[str], others: list[str]) -> None:
    sealed = seal(text, name_place(*parts))
    assert open_sealed(sealed, name_place(*parts)) == text
    if parts != others:
        with pytest.raises(CannotOpen):
            open_sealed(sealed, name_place(*others))


def test_data_key_is_replaced_after_an_hour_and_after_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    from metacortex.platform.security.encryption import sealing

    def take_wrapped() -> bytes:
        return parse(seal(SECRET, PLACE)).wrapped_key

    first = take_wrapped()
    assert take_wrapped() == first
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3601)
    second = take_wrapped()
    assert second != first
    assert take_wrapped() == second
    monkeypatch.setattr(sealing._current, "uses", 2**20)
    assert take_wrapped() != second


def test_new_wrapping_key_is_used_at_once_and_old_values_still_open() -> None:
    before = seal(SECRET, PLACE)
    newest = add_data_key()
    after = seal(SECRET, PLACE)
    assert parse(after).key_id == newest != parse(before).key_id
    assert open_sealed(before, PLACE) == open_sealed(after, PLACE) == SECRET


def test_rewrapping_keeps_nonce_and_ciphertext(monkeypatch: pytest.MonkeyPatch) -> None:
    before = seal(SECRET, PLACE)
    assert rewrap(before) == before
    newest = add_data_key()
    after = rewrap(before)
    assert parse(after).key_id == newest
    assert parse(after).box == parse(before).box
    forget_keys(monkeypatch)
    assert open_sealed(after, PLACE) == SECRET


def test_clock_that_was_set_back_does_not_keep_a_new_key_from_wrapping(monkeypatch: pytest.MonkeyPatch) -> None:
    add_data_key()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000)
    newest = add_data_key()
    assert wrapping_key().key_id == newest
    assert len(list_key_files()) == 3


def test_key_files_are_readable_by_their_owner_only(key_folder: Path) -> None:
    seal(SECRET, PLACE)
    add_data_key()
    assert [path.stat().st_mode & 0o777 for path in key_folder.iterdir()] == [0o600, 0o600]
    assert key_folder.stat().st_mode & 0o777 == 0o700
    assert key_folder.parent.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "from metacortex.platform.security.encryption.sealing import seal; "
        "import sys; sys.stdout.write(seal('x', b'place').hex())"
    )
    environment = {**os.environ, "METACORTEX_DATA_DIR": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE) for _ in range(3)
    ]
    values = [bytes.fromhex(process.communicate(timeout=90)[0].decode()) for process in started]
    assert len({parse(value).key_id for value in values}) == 1
    # And what they sealed opens here, in a process that did not make the key.
    assert [open_sealed(value, b"place") for value in values] == ["x"] * 3


def test_missing_key_is_named_with_what_to_do(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = make_note()
    lost = parse(note.secret_sealed).key_id.hex()
    lose_keys(key_folder, monkeypatch)
    with pytest.raises(UnknownDataKey, match=f"data key {lost}, which is not in {key_folder}") as refused:
        _ = note.secret
    assert "Put that key back from the back-up" in str(refused.value)


def test_keys_from_the_environment_wrap_with_the_first_and_unwrap_with_all(
    rsa_keys: list[RSAPrivateKey], key_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = rsa_keys
    give_pems(monkeypatch, private_pem(old))
    before = seal(SECRET, PLACE)
    give_pems(monkeypatch, private_pem(new), private_pem(old))
    after = seal(SECRET, PLACE)
    assert parse(before).key_id != parse(after).key_id
    assert open_sealed(before, PLACE) == open_sealed(after, PLACE) == SECRET
    assert not key_folder.exists()
    with pytest.raises(UnusableDataKey, match="METACORTEX_DATA_KEYS"):
        add_data_key()
    give_pems(monkeypatch, private_pem(new))
    with pytest.raises(UnknownDataKey, match="METACORTEX_DATA_KEYS"):
        open_sealed(before, PLACE)


def test_keys_can_move_from_the_folder_to_the_environment(
    rsa_keys: list[RSAPrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seal(SECRET, PLACE)
    give_pems(monkeypatch, private_pem(rsa_keys[0]))
    assert open_sealed(before, PLACE) == SECRET
    assert parse(rewrap(before)).key_id == wrapping_key().key_id != parse(before).key_id


def test_public_half_seals_and_cannot_open(rsa_keys: list[RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> None:
    give_pems(monkeypatch, public_pem(rsa_keys[0]))
    sealed = seal(SECRET, PLACE)
    forget_keys(monkeypatch)
    with pytest.raises(UnknownDataKey, match="Only the public half"):
        open_sealed(sealed, PLACE)
    give_pems(monkeypatch, public_pem(rsa_keys[0]), private_pem(rsa_keys[0]))
    assert open_sealed(sealed, PLACE) == SECRET


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("nonsense", "holds no key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "not readable PEM"),
        (private_pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "at least 2048 bits"),
        (private_pem(ec.generate_private_key(ec.SECP256R1())), "not RSA"),  # type: ignore[arg-type]
    ],
    ids=["no key", "broken", "short", "elliptic"],
)
def test_unusable_key_is_refused_by_name(text: str, fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_pems(monkeypatch, text)
    with pytest.raises(UnusableDataKey, match=fact) as refused:
        seal(SECRET, PLACE)
    assert "METACORTEX_DATA_KEYS" in str(refused.value)
    assert "AAAA" not in str(refused.value)


def test_broken_key_file_is_named(key_folder: Path) -> None:
    seal(SECRET, PLACE)
    (key_folder / "9999999999999999999.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")
    with pytest.raises(UnusableDataKey, match=r"9999999999999999999\.pem"):
        seal(SECRET, PLACE)


def test_nothing_prints_the_text_or_a_key() -> None:
    note = make_note()
    moved = Copy(org_id=note.org_id, id=note.id, secret_sealed=note.secret_sealed)
    try:
        _ = moved.secret
    except CannotOpen:
        told = traceback.format_exc()
    from metacortex.platform.security.encryption import sealing

    data_key = sealing._current
    assert data_key is not None
    shown = told + repr(note) + repr(Note.secret) + repr(data_key) + repr(wrapping_key()) + repr(vars(note))
    assert SECRET not in shown
    assert repr(data_key.secret) not in shown
    assert base64.b64encode(data_key.secret).decode() not in shown


def test_field_on_a_column_that_cannot_hold_it_is_refused_when_the_model_is_made() -> None:
    class OwnBase(DeclarativeBase):
        pass

    with pytest.raises(SealedFieldMisused, match="must end in _sealed"):
        Encrypted("secret")
    with pytest.raises(SealedFieldMisused, match="has no column other_sealed of bytes"):

        class Wrong(OwnBase):
            __tablename__ = "wrong"
            id: Mapped[int] = mapped_column(primary_key=True)
            secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
            secret = Encrypted("other_sealed")


async def test_rows_keep_their_secrets_in_the_database(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    note = make_note(hint="my dog")
    org_id, note_id = note.org_id, note.id
    async with transaction(org_id) as session:
        session.add(note)
    forget_keys(monkeypatch)
    async with transaction(org_id) as session:
        found = (await session.scalars(select(Note).where(Note.id == note_id))).one()
        await unlock(found, None)
        assert (found.secret, found.hint) == (SECRET, "my dog")
        found.secret = "another"
    async with transaction(org_id) as session:
        found = (await session.scalars(select(Note).where(Note.id == note_id))).one()
        assert (found.secret, found.hint) == ("another", "my dog")
        kept = await session.execute(select(Note.secret_sealed, Note.hint_sealed))
        assert all(b"another" not in value and b"my dog" not in value for value in kept.one())


async def test_key_that_changes_after_sealing_keeps_the_row_from_being_written(tables: None) -> None:
    note = make_note()
    note.id = new_id()
    with pytest.raises(CannotOpen, match=r"Note\.secret"):
        async with transaction(note.org_id) as session:
            session.add(note)
    async with transaction(note.org_id) as session:
        assert (await session.scalars(select(Note))).all() == []


async def test_bytes_of_another_row_cannot_be_written_through_the_model(tables: None) -> None:
    first, second = make_note("first"), make_note("second")
    second.org_id = first.org_id
    second.secret = "second"
    org_id, ids = first.org_id, (first.id, second.id)
    async with transaction(org_id) as session:
        session.add_all([first, second])
    with pytest.raises(CannotOpen):
        async with transaction(org_id) as session:
            found = (await session.scalars(select(Note).where(Note.id == ids[1]))).one()
            found.secret_sealed = first.secret_sealed
    # Whoever can write the database may still put them there; they do not open.
    async with transaction(org_id) as session:
        await session.execute(update(Note).where(Note.id == ids[1]).values(secret_sealed=first.secret_sealed))
    async with transaction(org_id) as session:
        found = (await session.scalars(select(Note).where(Note.id == ids[1]))).one()
        with pytest.raises(CannotOpen):
            _ = found.secret


async def test_unlocking_tells_of_a_lost_key_before_anything_is_read(
    tables: None, key_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = make_note()
    async with transaction(note.org_id) as session:
        values = {"org_id": note.org_id, "id": note.id, "secret_sealed": note.secret_sealed, "count": 0}
        await session.execute(insert(Note).values(**values))
    lose_keys(key_folder, monkeypatch)
    with pytest.raises(UnknownDataKey):
        await unlock(note)
    with pytest.raises(UnknownDataKey):
        fetch_data_key(note.secret_sealed)
