"""What `make demo` shows: invented organizations, people and cases. No real case may ever come in here."""
