"""Reports for print: place profiles, an atlas of them, and comparisons, as tagged PDF (PDF/UA-1) by typst.

material    Material: the state, its places, indicators and layers that reports are made from
sheet       sheet_of(profile, material, language) → Sheet, a place's profile in words and charts
brief       brief_of(profiles, material, language) → Brief, two to six places on one page
atlas       sheets_of, book_of: the profiles of all places of a type, and the book of them
pdf         typeset(template, document, language) → bytes
writing     Task, write, write_all: reports as files, several at a time
pictures    Outlines, locator: small maps of where places are
model       Sheet, Brief, Book and their parts; tables, scales and sources fill them
errors      CannotTypeset, NothingToReport, WrongNumber
"""
