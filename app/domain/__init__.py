"""Plain Python: who acts, in which states things are, what is allowed, what went wrong. No SQL, no HTTP."""
