"""Every SELECT and every INSERT. `find_` may find none, `get_` raises NotFound, `list_`, `add_`, `set_`."""
