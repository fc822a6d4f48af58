"""Lake Formation: catalogs with LF-Tags, grants and what they are on, modes, filters, conditions."""
