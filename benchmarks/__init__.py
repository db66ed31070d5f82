"""Measurements that anybody can repeat: each prints a ratio of two things that were timed in the same run.

Nothing of the clearing point may import this, and nothing here sends or keeps a real case: all of them are invented.
"""
