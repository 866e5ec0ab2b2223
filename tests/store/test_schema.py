"""The cache file: opened, made, brought up to date, or refused and moved out of the way."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from ritui.errors import CannotWrite, StoreDamaged
from ritui.model.query import parse
from ritui.model.source import Health
from ritui.store import schema
from ritui.store.catalog import Catalog
from ritui.store.lock import alone
from ritui.store.schema import MIGRATIONS, VERSION, connect, set_aside, translated
from ritui.store.writer import Writer
from tests.store.conftest import Cache, say


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cache with 300 records that nobody has open."""
    path = tmp_path / "cache.sqlite"
    claims = [say("a", f"lab-{n}", city="Lima", summary="x" * 300) for n in range(300)]
    with closing(Writer(connect(path))) as writer:
        writer.replace("a", claims, (), Health("a"), now="2026")
    return path


def tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql <> ''"))


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def in_spanish(catalog: Catalog) -> Catalog:
    """The same directory in an order of names that is stored beside the records."""
    catalog.language = "es"
    return catalog


# --- making and migrating ---


def test_makes_the_file_and_the_folders_over_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "cache.sqlite"
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        # 1 is NORMAL: what is lost with the power can be fetched again.
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (schema.BUSY_MS,)
    assert version(path) == VERSION == len(MIGRATIONS)
    assert {"meta", "claim", "health", "event", "record", "term", "ordering"} <= {*tables(path)}


def test_without_a_place_it_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(connect(None)) as connection:
        writer = Writer(connection)
        writer.replace("a", [say("a", "one")], (), Health("a"), now="2026")
        assert Catalog(connection).record("one").name == "One"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", range(VERSION))
def test_an_older_file_is_brought_up_to_date(tmp_path: Path, path: Path, start: int) -> None:
    older = tmp_path / "older.sqlite"
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        # A file as that version left it, though it held nothing.
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("VACUUM")
        for step in MIGRATIONS[:start]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version = {start}")
    assert (older.stat().st_size > 0, version(older)) == (True, start)
    with closing(connect(older)) as connection:
        assert Catalog(connection).total == 0
    assert version(older) == VERSION
    assert tables(older) == tables(path)


def test_each_migration_is_done_once_and_in_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (
        "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('first');",
        "INSERT INTO note SELECT 'after ' || text FROM note;",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, *steps))
    monkeypatch.setattr(schema, "VERSION", VERSION + 2)
    for _ in range(2):
        with closing(connect(path)) as connection:
            notes = connection.execute("SELECT text FROM note ORDER BY rowid").fetchall()
            assert notes == [("first",), ("after first",)]
            assert Catalog(connection).total == 300
    assert version(path) == VERSION + 2


def test_a_migration_that_fails_leaves_the_version_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(path)
    broken = "CREATE TABLE half (text TEXT); SELECT text FROM nowhere;"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, broken))
        patch.setattr(schema, "VERSION", VERSION + 1)
        with pytest.raises(StoreDamaged) as caught:
            connect(path)
    assert "nowhere" in caught.value.reason
    assert not caught.value.newer
    assert (version(path), tables(path)) == (VERSION, before)
    with closing(connect(path)) as connection:
        assert Catalog(connection).total == 300


def test_a_file_of_a_newer_program_is_whole_but_not_for_this_one(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    content = path.read_bytes()
    with pytest.raises(StoreDamaged) as caught:
        connect(path)
    assert caught.value.newer
    assert str(VERSION + 1) in caught.value.reason
    assert (path.read_bytes(), version(path)) == (content, VERSION + 1)


# --- refusing ---


def other_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE meta (something TEXT, else_ TEXT)")


def scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)


def cut(size: Callable[[int], int]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes()[: size(path.stat().st_size)])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"x"), "not a database"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "not a database"),
        (lambda path: path.write_bytes(bytes(range(256)) * 98), "not a database"),
        (lambda path: path.write_text("[settings]\nlanguage = 'es'\n" * 9), "not a database"),
        (cut(lambda size: 50), "not a database"),
        (cut(lambda size: 3_072), "malformed"),
        (cut(lambda size: size // 8192 * 4096), "malformed"),
        (cut(lambda size: size - 1), "its end is missing"),
        (scribble, ""),
        (other_database, "meta"),
    ],
    ids=["empty", "a-byte", "a-beginning", "garbage", "text", "head-cut", "a-page-cut", "half",
         "a-byte-cut", "scribbled", "another-database"],
)  # fmt: skip
def test_a_damaged_file_is_refused_and_left_alone(
    path: Path, damage: Callable[[Path], object], reason: str
) -> None:
    damage(path)
    content = path.read_bytes()
    with pytest.raises(StoreDamaged) as caught:
        connect(path)
    assert (caught.value.path, caught.value.newer) == (path, False)
    assert reason in caught.value.reason
    assert caught.value.reason
    # But for its head, in which SQLite notes how it writes.
    assert path.read_bytes()[100:] == content[100:]
    assert len(path.read_bytes()) == len(content)
    path.unlink()
    connect(path).close()
    assert version(path) == VERSION


def test_damage_in_the_middle_is_told_when_it_is_met(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with closing(Catalog(connect(path))) as catalog:
        for ask in (
            lambda: catalog.total,
            lambda: catalog.search(parse("lima"), None),
            lambda: catalog.record("lab-1"),
            lambda: catalog.health(),
            lambda: catalog.events(),
            lambda: catalog.resolve("lab-1"),
            lambda: catalog.fact("packaged"),
        ):
            with pytest.raises(StoreDamaged) as caught:
                ask()
            assert caught.value.path == path


@pytest.mark.parametrize(
    ("damage", "ask"),
    [
        ("UPDATE term SET places = x'00'", lambda c: c.search(parse("lima"))),
        ("UPDATE record SET row = '{'", lambda c: c.rows(c.search(parse("")), 0, 9)),
        ("UPDATE record SET body = 'no'", lambda c: c.record("lab-1")),
        ("DELETE FROM record", lambda c: c.rows(c.search(parse("lima")), 0, 9)),
        ("UPDATE meta SET value = 'many' WHERE key = 'total'", lambda c: c.total),
        ("UPDATE ordering SET places = x'01'", lambda c: in_spanish(c).search(parse(""))),
    ],
    ids=["set", "row", "body", "records", "total", "order"],
)
def test_what_nobody_wrote_is_damage_too(
    path: Path, damage: str, ask: Callable[[Catalog], object]
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    with closing(Catalog(connect(path))) as catalog, pytest.raises(StoreDamaged) as caught:
        ask(catalog)
    assert caught.value.path == path


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    path.mkdir()
    (path / "kept").touch()
    with pytest.raises(CannotWrite) as caught:
        connect(path)
    assert caught.value.path == path
    assert [each.name for each in path.iterdir()] == ["kept"]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("mine")
    path = tmp_path / "cache" / "cache.sqlite"
    with pytest.raises(CannotWrite) as caught:
        connect(path)
    assert caught.value.path == path
    assert (tmp_path / "cache").read_text() == "mine"


# --- several at once ---


STARTS = """
import sys
from contextlib import closing
from pathlib import Path
from ritui.store.lock import alone
from ritui.store.schema import connect
print("ready", flush=True)
sys.stdin.readline()
for name in sys.argv[2:]:
    path = Path(sys.argv[1]) / name
    with alone(path):
        connection = connect(path)
    with closing(connection):
        connection.execute("SELECT * FROM record").fetchall()
"""


def test_several_processes_may_make_it_at_once(tmp_path: Path) -> None:
    names = [f"{number}.sqlite" for number in range(30)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS, str(tmp_path), *names],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert told == [""] * 4
    assert {version(tmp_path / name) for name in names} == {VERSION}


HOLDS = """
import sys
from pathlib import Path
from ritui.store.lock import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    entered: list[str] = []

    def enter() -> None:
        with alone(path):
            entered.append("after")

    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other, ThreadPoolExecutor(1) as pool:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        waiting = pool.submit(enter)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        assert entered == []
        other.kill()
        waiting.result(20)
    assert entered == ["after"]


def test_where_no_lock_can_be_had_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with alone(tmp_path / "file" / "cache.sqlite"):
        assert [each.name for each in tmp_path.iterdir()] == ["file"]


# --- moving aside ---


def test_moves_a_file_aside_with_its_date(path: Path) -> None:
    log, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    log.write_bytes(b"of the damaged one")
    shared.write_bytes(b"of the damaged one")
    content = path.read_bytes()
    aside = set_aside(path)
    assert aside.parent == path.parent
    stamp = aside.name.removeprefix("cache.damaged-").removesuffix(".sqlite")
    assert [len(part) for part in stamp.split("-")] == [4, 2, 10]
    assert stamp.endswith("Z")
    assert stamp[10] == "T"
    assert aside.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == [aside.name]
    with closing(Catalog(connect(path))) as catalog:
        assert catalog.total == 0
    with closing(Catalog(connect(aside))) as catalog:
        assert catalog.total == 300


def test_what_cannot_be_moved_is_told(tmp_path: Path, path: Path) -> None:
    with pytest.raises(CannotWrite) as caught:
        set_aside(tmp_path / "is-not-there.sqlite")
    assert caught.value.path == tmp_path / "is-not-there.sqlite"
    shutil.rmtree(tmp_path)
    with pytest.raises(CannotWrite):
        set_aside(path)


# --- what SQLite says ---


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_READONLY, CannotWrite),
        (sqlite3.SQLITE_CANTOPEN, CannotWrite),
        (sqlite3.SQLITE_FULL, CannotWrite),
        (sqlite3.SQLITE_IOERR | (3 << 8), CannotWrite),
        (sqlite3.SQLITE_PERM, CannotWrite),
        (sqlite3.SQLITE_BUSY | (1 << 8), CannotWrite),
        (sqlite3.SQLITE_LOCKED, CannotWrite),
        (sqlite3.SQLITE_CORRUPT, StoreDamaged),
        (sqlite3.SQLITE_NOTADB, StoreDamaged),
        (sqlite3.SQLITE_ERROR, StoreDamaged),
        (None, StoreDamaged),
    ],
)
def test_an_error_of_sqlite_is_one_of_ours(
    cache: Cache, code: int | None, kind: type[StoreDamaged | CannotWrite]
) -> None:
    error = sqlite3.OperationalError("it says why")
    if code is not None:
        error.sqlite_errorcode = code
    with closing(connect(cache.path)) as connection:
        found = translated(error, connection)
    assert type(found) is kind
    assert (found.path, found.reason) == (cache.path, "it says why")


def test_who_waits_too_long_for_another_writer_cannot_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_MS", 30)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(Writer(connect(path))) as writer, pytest.raises(CannotWrite) as caught:
            writer.remember(Health("a"))
        assert "locked" in caught.value.reason
        other.execute("ROLLBACK")
    with closing(Writer(connect(path))) as writer:
        writer.remember(Health("a", "ok"))
