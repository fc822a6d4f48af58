"""Row-level security policies: the project's own resource, since the provider has none (`semantics.md` B22-13)."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.permissions import at_home
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import RLS_POLICIES, RLS_POLICY_ATTACHMENTS
from lakeward.estate.sources.values import is_unknown, items, mapping, unknown


def _policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = policy.inputs
    yield entry(
        RLS_POLICIES,
        policy,
        declarations,
        {
            "Name": inputs.get("name"),
            "AttachmentColumns": inputs.get("attachmentColumns"),
            "FilterExpression": inputs.get("filterExpression"),
        },
    )
    attachments = inputs.get("attachments")
    for attachment in [unknown("it isn't known yet")] if is_unknown(attachments) else items(attachments):
        stated = mapping(attachment)
        yield entry(
            RLS_POLICY_ATTACHMENTS,
            policy,
            declarations,
            stated
            if is_unknown(attachment)
            else {
                "PolicyName": inputs.get("name"),
                "Principal": stated.get("Principal"),
                "Condition": stated.get("Condition"),
                "Resource": at_home(stated.get("Resource"), declarations.account),
                "DefaultRLSPolicy": stated.get("DefaultRLSPolicy") or False,
            },
        )


READERS = {"pulumi-python:dynamic/components.providers.row_security_policy:RowSecurityPolicy": _policy}
