"""The server of the clearing point. Its floors are folders and its nouns are files; imports go down only."""
