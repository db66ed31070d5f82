"""What runs in the sender's browser, held to what runs in Python: in Node, and in a real browser."""
