"""The demo: an invented region with its organizations, persons and cases. Nothing in it is or was real."""
