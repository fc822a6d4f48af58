"""
The vendor's release of the CLI.

`releases.json` holds the published sha256 of each platform's archive, as `"linux-x64": "<hex>"`. They stand in the
release's own checksum file, `pulumi-<version>-checksums.txt`. A platform without one is never downloaded, and an
archive with another one is never unpacked.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from lakeward.errors import OutsideServiceError
from local.progress import say
from local.toolchain.cache import Cache
from local.toolchain.versions import COMPANIONS, VERSION, Cli

RELEASES = "https://get.pulumi.com/releases/sdk"

_TIMEOUT_SECONDS = 30
_ARCHITECTURES = {"x86_64": "x64", "amd64": "x64", "arm64": "arm64", "aarch64": "arm64"}


def pinned() -> Mapping[str, str]:
    """Return the sha256 of each platform's archive."""
    digests: Mapping[str, str] = json.loads((Path(__file__).parent / "releases.json").read_text())["sha256"]
    return digests


def this_platform() -> str:
    """Return this machine's platform as the vendor spells it, as in `linux-x64`."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{_ARCHITECTURES.get(machine, machine)}"


class Release:
    """
    The vendor's archive for one platform.

    Args:
        cache: where its executables go.
        digests: the sha256 of each platform's archive.
        source: the address that archives are below.

    """

    def __init__(self, cache: Cache, *, digests: Mapping[str, str], source: str = RELEASES) -> None:
        self._cache = cache
        self._platform = this_platform()
        self._digest = digests.get(self._platform)
        self._address = f"{source}/pulumi-v{VERSION}-{self._platform}.tar.gz"

    def cached(self) -> Cli | None:
        """Return it if it was downloaded before."""
        folder = self._cache.find(self._entry) if self._digest else None
        return None if folder is None else Cli(folder / "pulumi", VERSION, "release")

    def download(self) -> Cli | None:
        """
        Download it; say why if that can't be done, and return nothing.

        Raises:
            OutsideServiceError: what came isn't what the vendor published.

        """
        if self._digest is None:
            say(
                f"toolchain: the release of pulumi {VERSION} isn't downloaded: "
                f"no published sha256 for {self._platform} is recorded in releases.json"
            )
            return None
        say(f"toolchain: downloading pulumi {VERSION} (about 100 MB; a minute or two)")
        try:
            folder = self._cache.put(self._entry, self._fill)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as problem:
            say(f"toolchain: {self._address} can't be downloaded: {problem}")
            return None
        return Cli(folder / "pulumi", VERSION, "release")

    @property
    def _entry(self) -> str:
        return f"release-{self._platform}-{(self._digest or '')[:12]}"

    def _fill(self, folder: Path) -> None:
        with tempfile.TemporaryFile() as archive:
            digest = hashlib.sha256()
            with urllib.request.urlopen(self._address, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - https
                while chunk := response.read(1024 * 1024):
                    digest.update(chunk)
                    archive.write(chunk)
            if digest.hexdigest() != self._digest:
                raise OutsideServiceError(
                    f"{self._address} has sha256 {digest.hexdigest()}, recorded in releases.json is {self._digest}: "
                    "don't use it; find out which of the two was changed. Meanwhile a pulumi of yours on PATH is used"
                )
            archive.seek(0)
            with tarfile.open(fileobj=archive, mode="r:gz") as members:
                for member in members:
                    name = PurePosixPath(member.name).name
                    if not member.isfile() or not name.startswith("pulumi"):
                        continue
                    content = members.extractfile(member)
                    if content is not None:
                        with (folder / name).open("wb") as target:
                            shutil.copyfileobj(content, target)
                        (folder / name).chmod(0o755)
        missing = [name for name in ("pulumi", *COMPANIONS) if not (folder / name).exists()]
        if missing:
            raise OutsideServiceError(f"{self._address} lacks {', '.join(missing)}: report it to the vendor")
