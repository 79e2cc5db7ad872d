"""One module per kind of source; each implements `orchflow.ingest.source.Source`."""
