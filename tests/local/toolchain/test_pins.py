"""Whatever is fetched is pinned by a digest that stands in the repository."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = sorted(
    path for path in ROOT.rglob("*.lock") if not {".venv", ".lakeward", "build"} & set(path.relative_to(ROOT).parts)
)
CLI = ROOT / "local" / "toolchain" / "cli"


def requirements(lock):
    """Each requirement of a lock file, with its hashes, on one line."""
    lines = lock.read_text().replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_wheel_is_pinned_by_version_and_digest(lock):
    """One version, at least one sha256, and no address of an index."""
    found = requirements(lock)

    assert found
    assert [one for one in found if not re.match(r"[\w.\[\]-]+==[\w.!+-]+", one) or "--hash=sha256:" not in one] == []
    assert "://" not in lock.read_text()


def test_locks_are_found():
    """Those of the environment, of its first program, of Go, and of the function."""
    assert {str(path.relative_to(ROOT)) for path in LOCKS} == {
        "local/toolchain/go.lock",
        "requirements.bootstrap.lock",
        "requirements.lock",
        "runtime/broker/requirements.lock",
    }


def test_every_installation_asks_for_the_digests():
    """No command of the recipes installs a requirement without them."""
    recipes = [ROOT / "Makefile", *(ROOT / "local" / "toolchain").glob("*.py"), *(ROOT / "runtime").glob("*.py")]
    text = "\n".join(path.read_text().replace("\\\n", " ") for path in recipes)
    installing = re.findall(r"[^\n]*pip (?:install|sync)[^\n]*|\"pip\", \"install\"[^\]]*", text)

    assert len(installing) >= 4
    assert [one for one in installing if "--require-hashes" not in one and "--no-deps" not in one] == []


def test_every_module_has_its_sum():
    """`go build -mod=readonly` takes none whose sum isn't here: each that is required has one."""
    modules = (CLI / "go.mod").read_text()
    required = re.findall(r"^\s*(?:require )?(\S+\.\S+/\S+|\S+\.\S+) (v\S+)", modules, re.MULTILINE)
    sums = {tuple(line.split()[:2]) for line in (CLI / "go.sum").read_text().splitlines()}
    replaced = set(re.findall(r"^replace (\S+) =>", modules, re.MULTILINE))

    assert len(required) > 200
    assert {
        (module, version)
        for module, version in required
        if module not in replaced and not {(module, version), (module, f"{version}/go.mod")} & sums
    } == set()


def test_archives_are_taken_by_their_digest_only():
    """Of each release that may be downloaded the sha256 is recorded; where none is, nothing is downloaded."""
    releases = json.loads((ROOT / "local" / "toolchain" / "releases.json").read_text())

    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in releases["sha256"].values())
    assert re.search(r'_SHA256 = "[0-9a-f]{64}"', (ROOT / "local" / "chromium.py").read_text())


def test_what_builds_the_package_is_locked_too():
    """The build backend comes from the lock file: no build fetches one of its own."""
    stated = re.search(r"\[build-system\]\nrequires = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL)
    wanted = re.findall(r'"([^"]+)"', stated[1])
    locked = (ROOT / "requirements.lock").read_text()

    assert wanted
    assert all(re.search(rf"^{re.split(r'[<>=~!]', name)[0]}==", locked, re.MULTILINE) for name in wanted)
    assert "--no-build-isolation" in (ROOT / "Makefile").read_text()
