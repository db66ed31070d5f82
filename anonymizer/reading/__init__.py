"""Reading a body, in whichever form it comes, as chunks of raw rows. Nothing is guessed, and nothing is kept."""
