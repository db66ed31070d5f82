"""The steps from one schema to the next, in order. `head.txt` names the newest, so that two branches conflict in git."""
