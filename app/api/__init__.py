"""The JSON interface: a route parses, calls one service, and shapes the answer."""
