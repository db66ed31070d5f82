"""How well match keys recognize a person again, measured on invented pairs of case sheets of two organizations.

`python -m benchmarks linkage` prints precision and recall, `linkage-peers` sets them beside clkhash and anonlink.
"""
