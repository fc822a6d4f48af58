"""Policy documents: statements of one kind, rendered to one canonical text, within AWS's size limits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from lakeward.documents.errors import MalformedDocumentError
from lakeward.documents.statement import Statement
from lakeward.errors import ConfigurationError, Problem

VERSION = "2012-10-17"
"""The only version written: in the older one a policy variable is plain text (`semantics.md` A1-5)."""


class DocumentKind(Enum):
    """A kind of document: its noun, its size limit in bytes, and what shortens it."""

    BUCKET_POLICY = ("bucket policy", 20_480, "spread the personas that query over several stacks")
    KEY_POLICY = ("key policy", 32_768, "spread the personas that use the key over several stacks")
    TRUST_POLICY = ("trust policy", 2_048, "name fewer subjects, or ask for a higher quota and raise it here")
    INLINE_POLICY = ("inline policy", 10_240, "grant fewer tables to the persona, or divide it into two")
    MANAGED_POLICY = ("managed policy", 6_144, "use fewer zones, or fewer data lake administrators")
    ENDPOINT_POLICY = ("endpoint policy", 20_480, "list fewer buckets in `network.awsBuckets`")
    SERVICE_CONTROL_POLICY = ("service control policy", 5_120, "list fewer buckets in `guardrails.awsBuckets`")
    RESOURCE_CONTROL_POLICY = ("resource control policy", 5_120, "list fewer networks in `guardrails.publicNetworks`")

    def __init__(self, noun: str, limit: int, remedy: str) -> None:
        self.noun = noun
        self.limit = limit
        self.remedy = remedy

    @property
    def resource_based(self) -> bool:
        """Whether its statements name principals."""
        return self in {
            DocumentKind.BUCKET_POLICY,
            DocumentKind.ENDPOINT_POLICY,
            DocumentKind.KEY_POLICY,
            DocumentKind.RESOURCE_CONTROL_POLICY,
            DocumentKind.TRUST_POLICY,
        }


@dataclass(frozen=True)
class Document:
    """
    A policy document.

    INVARIANT: no two statements share a Sid; statements name a principal exactly where the kind takes one, and
    resources everywhere but in a trust policy.

    Raises:
        MalformedDocumentError: the invariant doesn't hold.

    """

    kind: DocumentKind
    subject: str
    """What the document is attached to, for error messages."""
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        """Refuse a document that AWS would refuse."""
        sids = [statement.sid for statement in self.statements]
        if not sids or len(set(sids)) < len(sids):
            raise MalformedDocumentError(f"{self.kind.noun} of `{self.subject}`: no statements, or two with one Sid")
        for statement in self.statements:
            if (statement.principal is not None) is not self.kind.resource_based:
                raise MalformedDocumentError(f"statement `{statement.sid}`: a {self.kind.noun} has another form")
            if bool(statement.resources or statement.not_resources) is (self.kind is DocumentKind.TRUST_POLICY):
                raise MalformedDocumentError(f"statement `{statement.sid}`: a {self.kind.noun} has another form")

    def extended(self, statements: Iterable[Statement]) -> Document:
        """Return the document with more statements."""
        return replace(self, statements=(*self.statements, *statements))

    def render(self) -> str:
        """
        Return the document as canonical JSON: compact, keys and statements sorted, each list value once.

        Raises:
            ConfigurationError: the text is longer than AWS takes.

        """
        ordered = sorted(self.statements, key=lambda statement: statement.sid)
        text = json.dumps(
            {"Version": VERSION, "Statement": [statement.rendered() for statement in ordered]},
            separators=(",", ":"),
            sort_keys=True,
        )
        check_size(self.kind, self.subject, (text,))
        return text


def check_size(kind: DocumentKind, subject: str, texts: Iterable[str]) -> None:
    """
    Check that texts fit together: all inline policies of a role share one limit, other kinds stand alone.

    Raises:
        ConfigurationError: they are longer than AWS takes; says by how much and what to do.

    """
    size = sum(len(text.encode()) for text in texts)
    if size > kind.limit:
        raise ConfigurationError(
            (Problem("personas", f"the {kind.noun} of `{subject}` has {size} of {kind.limit} bytes", kind.remedy),)
        )
