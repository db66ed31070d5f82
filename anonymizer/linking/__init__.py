"""Recognizing a person again without knowing her: match keys of names and dates, and the tokens made of them.

What is here sees identifiers, in memory alone. It must never write, log or raise one.
"""
