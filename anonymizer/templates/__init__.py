"""The empty sheets that shelters fill: workbooks and texts, in the languages of the region."""
