"""What the columns, sheets and codes are called in the languages of the region: a row a name, a column a language.

`anonymizer.languages` reads these tables. Nothing here may hold anything about a person.

Complete in all seven languages: the names of the sheets, the headers of the case sheet, of the modules and of
the annual forms, the explanations of the case sheet, the labels of the code lists that the case sheet's template
asks for, and the words of the templates. English alone, so that the English word stands in every language: the
code lists that have no row in labels.csv (modules ask for them), and what the cells of the modules explain.

Names of countries are those of the Unicode CLDR 47 (`LICENSE.unicode.txt`), but XXA, ZZ and CS. `sr-Cyrl` is
`sr-Latn` letter for letter, except for countries.
"""
