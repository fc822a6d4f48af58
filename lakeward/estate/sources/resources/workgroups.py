"""Athena workgroups."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.keys import key_arn
from lakeward.estate.sources.sections import WORK_GROUPS
from lakeward.estate.sources.values import given, is_unknown, mapping, text


def _workgroup(workgroup: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = workgroup.inputs
    configuration = inputs.get("configuration")
    stated = mapping(configuration)
    result = mapping(stated.get("resultConfiguration"))
    encryption = mapping(result.get("encryptionConfiguration"))
    key = key_arn(workgroup, "configuration", encryption.get("kmsKeyArn") or None, declarations)
    enforced = stated.get("enforceWorkgroupConfiguration")
    yield entry(
        WORK_GROUPS,
        workgroup,
        declarations,
        {
            "Name": text(inputs.get("name")) or declarations.identity(workgroup, "name"),
            "State": inputs.get("state") or "ENABLED",
            "Configuration": configuration
            if is_unknown(configuration)
            else {
                # Athena's own default.
                "EnforceWorkGroupConfiguration": True if enforced is None else enforced,
                "ResultConfiguration": given(
                    OutputLocation=result.get("outputLocation") or None,
                    EncryptionConfiguration=given(
                        EncryptionOption=encryption.get("encryptionOption") or None, KmsKey=key
                    )
                    or None,
                ),
            },
            "Tags": workgroup.tags,
        },
    )


READERS = {"aws:athena/workgroup:Workgroup": _workgroup}
