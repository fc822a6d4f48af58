"""
Lake Formation's errors, as its service model names them.

    LakeFormationError
    ├── AccessDeniedError             403
    ├── AlreadyExistsError            400, as all that follow
    ├── ConcurrentModificationError
    ├── EntityNotFoundError
    ├── InvalidInputError
    └── ResourceNumberLimitExceededError
"""

from __future__ import annotations

from typing import ClassVar


class LakeFormationError(Exception):
    """An error that goes to the client; the message is the first argument."""

    code: ClassVar[str]
    status: ClassVar[int] = 400

    @property
    def message(self) -> str:
        """What the client is told."""
        return str(self)


class AccessDeniedError(LakeFormationError):
    """The caller may not do this."""

    code = "AccessDeniedException"
    status = 403


class AlreadyExistsError(LakeFormationError):
    """What is to be created is there."""

    code = "AlreadyExistsException"


class ConcurrentModificationError(LakeFormationError):
    """Someone else changed it in between; reading again and repeating helps."""

    code = "ConcurrentModificationException"


class EntityNotFoundError(LakeFormationError):
    """What is named isn't there."""

    code = "EntityNotFoundException"


class InvalidInputError(LakeFormationError):
    """The request makes no sense."""

    code = "InvalidInputException"


class ResourceNumberLimitExceededError(LakeFormationError):
    """There are too many of these."""

    code = "ResourceNumberLimitExceededException"
