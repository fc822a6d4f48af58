"""
Lake Formation, in place of moto's: grants, defaults, LF-Tags, filters, locations, opt-ins, as AWS behaves.

One module per concern; each offers its operations in `OPERATIONS` by the names of the service model. The Glue
catalog belongs to it, since creating and deleting there changes rights here (`glue_catalog`).
"""

from moto.glue import urls as glue_urls
from moto.lakeformation import urls as lake_formation_urls

from local.aws.lake_formation.glue_catalog import GlueCatalog
from local.aws.lake_formation.service import LakeFormation, model


def extend() -> None:
    """Route both services to this package; once per process, before its first request."""
    lake_formation_urls.url_paths = {
        f"{{0}}/{operation}$": LakeFormation.dispatch for operation in model().operation_names
    }
    glue_urls.url_paths = {"{0}/$": GlueCatalog.dispatch}
