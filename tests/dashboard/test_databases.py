"""The dashboard on a database that is damaged, and on one that is PostgreSQL; the command that copies one to it."""

import json
from pathlib import Path

import anyio
import pytest

from core.errors import UserError
from dashboard.commands import keeping
from dashboard.server.app import warmed
from storage import Store
from storage.troubles import WAY_BACK
from tests.postgres import Server


def damage(home: Path) -> None:
    path = home / "tuneboard.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(byte ^ 0x5A for byte in whole[4096:]))


@pytest.mark.parametrize("page", ["home", "runs", "data", "settings"])
def test_a_page_over_a_damaged_database_says_so_and_the_way_back(page, visitor, home):
    Store.open(home).close()
    damage(home)
    visitor.open(page)
    said = "".join(error.value for error in visitor.app.error).replace("\\", "")
    assert "The database is damaged" in said
    assert WAY_BACK.split(":")[0] in said


def test_the_dashboard_starts_over_a_damaged_database(home):
    Store.open(home).close()
    damage(home)

    async def start() -> bool:
        async with warmed(None):
            return True

    assert anyio.run(start)


def test_a_copied_shop_shows_its_runs_from_postgres(visitor, shop, postgres: Server, monkeypatch, capsys):
    names = [run.name for run in shop.runs.list()]
    url = postgres.url(postgres.new_database())
    with pytest.raises(UserError, match="A worker is working"):
        keeping.copy_to(url, shop.home)
    with shop._database.write() as session:
        session.connection().exec_driver_sql("UPDATE worker SET seen = 0")
        session.connection().exec_driver_sql("UPDATE job SET state = 'queued' WHERE state IN ('leased', 'running')")
    keeping.copy_to(url, shop.home, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert {one["table"]: one["rows"] for one in said["tables"]}["run"] >= len(names)
    assert all(len(one["checksum"]) == 32 for one in said["tables"])
    assert "open-sesame" not in str(said)
    keeping.copy_to(postgres.url(postgres.new_database()), shop.home)
    assert "checksum, the same in both" in capsys.readouterr().out
    monkeypatch.setenv("TUNEBOARD_DATABASE_URL", url)
    visitor.open("runs")
    assert list(visitor.app.dataframe[0].value["name"]) == names
    visitor.open("settings")
    assert any("PostgreSQL, 127.0.0.1" in code.value for code in visitor.app.code)
    assert "open-sesame" not in visitor.words()
