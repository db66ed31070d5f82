"""The steps from one schema to the next, in order. `head.txt` names the newest: two branches conflict in git."""
