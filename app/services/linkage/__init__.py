"""Which cases are of one person: tokens at the door, the run at night, and what the curators decide.

Nothing here is called while a sender waits but `sealing`, which looks nothing up.
"""
