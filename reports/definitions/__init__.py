"""What reports knows as data: the frame's columns, code lists, groupings, table shells, indicators. No code here."""
