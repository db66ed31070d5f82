"""One use case, one function, five paragraphs: right, state, work, write, audit. Nothing commits here."""
