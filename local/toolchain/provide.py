"""The order in which a CLI is looked for."""

from __future__ import annotations

from pathlib import Path

from local.toolchain.build import Build
from local.toolchain.cache import Cache, default_folder
from local.toolchain.download import Release, pinned
from local.toolchain.installed import installed
from local.toolchain.versions import Cli


def provide(folder: Path | None = None) -> Cli:
    """
    Return a usable CLI, making one if there is none. Making one takes minutes, and says so.

    Args:
        folder: the cache, instead of the user's.

    Raises:
        OutsideServiceError: there is no way to get one here; the message says what to do.

    """
    cache = Cache(folder or default_folder())
    release = Release(cache, digests=pinned())
    build = Build(cache)
    return installed() or release.cached() or build.cached() or release.download() or build.build()
