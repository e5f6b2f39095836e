"""The resources of the interface, one file for each family (rest-api/api-docs)."""
