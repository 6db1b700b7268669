"""The developers' console: it knows the pipeline only by what the API says of it."""
