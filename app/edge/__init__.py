"""What the JSON interface and the pages share: who calls, with which session, and how a no is told."""
