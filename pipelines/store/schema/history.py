"""Tables of what an article was before, what was taken out of it, and how we know what we say of it."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

HISTORY_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "revisions",
        "Earlier versions of articles: each row is what stood there before a change was seen.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the revision.
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
kind | TEXT NOT NULL | publisher (the outlet changed it) or reading (newsbot reads better now).
changed | TEXT NOT NULL | What changed, comma-separated: headline, lede, figure (a number), correction_note, byline, text, removed, restored.
seen_at | TEXT NOT NULL | UTC instant at which the change was seen.
headline | TEXT | Headline before.
lede | TEXT | Lede before.
byline | TEXT | Byline before.
text | TEXT | Text before.
content_hash | TEXT | Hash before.
reading | TEXT | Version of the reading that had made it.
capture | INTEGER REFERENCES captures(id) | Capture that it was read from.
new_capture | INTEGER REFERENCES captures(id) | Capture in which the change was seen; empty where the page was gone.
modified_at | TEXT | Last change that the page itself had stated before.
notes | TEXT | Corrections and other notes printed with it before, separated by a blank line.
"""),
        indexes=("article, id", "seen_at DESC, id DESC"),
    ),
    Table(
        "corrections",
        "Corrections by a person; they win over every reading.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
field | TEXT NOT NULL | Column of articles.
value | TEXT | The corrected value.
author | TEXT NOT NULL | Who corrected it.
reason | TEXT NOT NULL | Why.
made_at | TEXT NOT NULL | UTC instant.
before | TEXT | What the reading had in the field before it was corrected.
"""),
        key=("article", "field"),
        hidden=True,
    ),
    Table(
        "removed_blocks",
        "What cleaning took out of the page of an article, and by which rule.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
position | INTEGER NOT NULL | Order on the page, from 0.
rule | TEXT NOT NULL | Name of the rule.
reason | TEXT NOT NULL | The rule in a sentence.
text | TEXT NOT NULL | What was removed.
"""),
        key=("article", "position"),
        indexes=("rule, article",),
    ),
    Table(
        "evidence",
        "What is known about a URL's dates: what listings said of it (kind found) and what its page says (kind date).",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the row.
key | TEXT NOT NULL | URL key.
kind | TEXT NOT NULL | found (a listing spoke of the URL) or date (a candidate from the page).
origin | TEXT NOT NULL | feed, news_sitemap, sitemap, section, list, web_archive; or jsonld, meta, itemprop, time, script, url, header, dateline, text, htmldate.
name | TEXT | Which field of it.
printed | TEXT | As it stood there.
at | TEXT | UTC instant, where one is told.
day | TEXT | Calendar day as printed.
precision | TEXT | second, minute, day or month.
role | TEXT | published or modified.
confidence | REAL | 0 to 1.
chosen | INTEGER NOT NULL DEFAULT 0 | 1 where this candidate decided the date.
note | TEXT | Why it was refused or mended.
title | TEXT | Title that the listing gave.
author | TEXT | Author that the listing gave.
lastmod | TEXT | Last change that the listing gave, as printed.
section | TEXT | Section or category that the listing gave.
seen_in | TEXT | Address of the listing.
seen_at | TEXT NOT NULL | UTC instant at which it was seen.
"""),
        indexes=("key, kind",),
    ),
    Table(
        "doubts",
        "Things about single articles that a person may want to look at.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the row.
key | TEXT NOT NULL | URL key.
article | INTEGER REFERENCES articles(id) | The article, where there is one.
doubt | TEXT NOT NULL | One word for the kind of doubt.
detail | TEXT NOT NULL | A sentence.
seen_at | TEXT NOT NULL | UTC instant.
"""),
        indexes=("doubt, article", "article"),
    ),
    Table(
        "clusters",
        "Stories that ran in more than one source with the same text, or nearly the same.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the cluster.
text_hash | TEXT NOT NULL UNIQUE | Hash that its articles share; of the article that tied it where its texts are only near.
first_article | INTEGER REFERENCES articles(id) | The article that ran first, as far as the dates tell.
agency | TEXT | Wire agency that the story is credited to.
articles | INTEGER NOT NULL | Number of articles in it.
kind | TEXT NOT NULL DEFAULT 'same_text' | same_text (every article has the same words) or near (some were cut, re-headlined or added to).
first_by | TEXT | What tells which ran first: published_at, published_day (only the day is known), or first_seen_at (only our visits tell).
"""),
    ),
    Table(
        "story_signatures",
        "MinHash signatures of texts, by which nearly equal ones are found in other sources.",
        columns_of("""
article | INTEGER PRIMARY KEY REFERENCES articles(id) | The article.
algorithm | TEXT NOT NULL | How the signature was made; only equal ones can be compared.
shingles | INTEGER NOT NULL | Number of different word groups in the text.
signature | BLOB NOT NULL | Unsigned 32-bit numbers, little-endian.
"""),
        hidden=True,
    ),
    Table(
        "story_bands",
        "Groups of numbers of the signatures: articles of one week that share a band are compared.",
        columns_of("""
week | INTEGER NOT NULL | Week of publication, or of first sight: days since 1970 divided by 7.
band | INTEGER NOT NULL | Hash of the band and its place in the signature.
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
"""),
        key=("week", "band", "article"),
        hidden=True,
        rowless=True,
    ),
)
