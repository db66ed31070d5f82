"""The corpus: hand-made files that shelters and strangers could send, each with the answer that it must get.

To add a file, write one line into a table, or one pair into a maker, and nothing else:

* one wrong (or odd but right) cell in an otherwise correct CSV: a line of `cells.csv`. Columns: the number of the
  kind of bad input (`KINDS` in `bad_files`), the column, the cell (`\\u{200d}` for what cannot be seen), the options
  of the call (`dates=dd.mm.yyyy`), and the code that is told; without a code the file is accepted;
* a text that cannot be read as CSV, JSON or NDJSON: `tests/anonymizer/refused_texts.py`;
* an archive or a workbook: the makers in `tests/anonymizer`, by what they make;
* anything else about a CSV, JSON, NDJSON or ZIP: `texts.py`; what is odd but right: `good_files.py`;
* a call that is wrong as HTTP, whatever its body: `http_calls.py`.

`test_corpus` sends each through the door and holds the answer to what stands here; the campaign (`tests.campaign`)
takes the same files as what it mutates. Everything in them is invented.
"""
