"""Scripts that run in a peer's environment, where nothing of this project is installed."""
