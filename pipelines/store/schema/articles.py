"""Tables of articles: the browse row, the text, and what a page says beside it."""

from __future__ import annotations

from typing import Final

from pipelines.store.schema.table import Table, columns_of

ARTICLE_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "articles",
        "One row an article, narrow so that browsing and facets stay fast; the text is in article_text.",
        columns_of("""
id | INTEGER PRIMARY KEY | Number of the article in this archive.
public_id | TEXT NOT NULL UNIQUE | Short hash of the article's first URL key: the same in every archive.
url | TEXT NOT NULL | Address under which the article was first fetched.
source | TEXT NOT NULL REFERENCES sources(id) | Source that the article belongs to (id in sources.toml).
headline | TEXT | Headline as the article prints it.
lede | TEXT | Stand-first where the page marks one, else the first paragraph.
section | TEXT | Section of the outlet.
language | TEXT | Language of the text (BCP 47 primary subtag).
byline | TEXT | Byline as printed; single names are in article_authors.
published_at | TEXT | UTC instant of publication; empty unless the time of day is known.
published_day | TEXT | Calendar day of publication as printed at the outlet (YYYY-MM-DD).
published_year | INTEGER | Year of published_day.
published_month | TEXT | Month of published_day (YYYY-MM).
published_sort | TEXT NOT NULL | What listings are ordered by: published_at, else published_day, else first_seen_at.
published_precision | TEXT | second, minute, day or month; empty where the date is unknown and published_sort fell back to first_seen_at.
published_from | TEXT | Evidence that decided the date, e.g. "jsonld NewsArticle.datePublished"; all evidence is in evidence.
published_confidence | REAL | 0 to 1.
modified_at | TEXT | UTC instant of the last change that the page itself states.
dateline | TEXT | Dateline as printed, e.g. "BAGHDAD, June 22, (Agencies):".
dateline_date | TEXT | Date of the dateline; empty while its year is open.
dateline_month_day | TEXT | Day of the dateline as --MM-DD, also where the year is open.
place | TEXT | Place of the dateline.
country | TEXT | Country of that place (ISO 3166 alpha-2).
first_seen_at | TEXT NOT NULL | UTC instant at which this archive first fetched the article.
changed_at | TEXT | UTC instant at which this archive last saw the publisher change it.
revisions | INTEGER NOT NULL DEFAULT 0 | Number of the publisher's revisions seen.
word_count | INTEGER | Words of the text; in Chinese and Japanese, characters.
paywalled | INTEGER | 1 behind a paywall, 0 free, empty unknown.
form | TEXT NOT NULL DEFAULT 'article' | article or live_blog.
cluster | INTEGER REFERENCES clusters(id) | Story that ran with the same text, or nearly the same, in more than one source.
state | TEXT NOT NULL DEFAULT 'published' | published, gone (the publisher removed it) or withheld (taken down here).
content_hash | TEXT | Hash of headline, lede, byline and text.
reading | TEXT | Version of the reading that made this row.
capture | INTEGER REFERENCES captures(id) | Capture that was read.
change | INTEGER | Grows with every write to the article, its authors, tags or agencies; no number is given twice.
"""),
        indexes=(
            "published_sort DESC, id DESC",
            "source, published_sort DESC, id DESC",
            "section, published_sort DESC, id DESC",
            "country, published_sort DESC, id DESC",
            "place, published_sort DESC, id DESC",
            "language, published_sort DESC, id DESC",
            "published_year, published_sort DESC, id DESC",
            "published_month, published_sort DESC, id DESC",
            "state, published_sort DESC, id DESC",
            "paywalled, published_sort DESC, id DESC",
            "cluster, published_sort DESC, id DESC",
            "changed_at DESC, id DESC",
            "first_seen_at DESC, id DESC",
            "url",
            "change",
        ),
    ),
    Table(
        "deleted_articles",
        "Articles whose rows were deleted from this archive, so that whoever follows its changes learns of it.",
        columns_of("""
article | INTEGER PRIMARY KEY | Number that the article had.
public_id | TEXT NOT NULL | Its public id.
change | INTEGER NOT NULL | Number of the deletion, from the same row of numbers as articles.change.
"""),
        indexes=("change",),
        hidden=True,
    ),
    Table(
        "article_text",
        "The text of an article and what is too wide for the browse row.",
        columns_of("""
article | INTEGER PRIMARY KEY REFERENCES articles(id) | The article.
text | TEXT NOT NULL DEFAULT '' | Cleaned text, paragraphs separated by a blank line.
markdown | TEXT NOT NULL DEFAULT '' | The same text as light Markdown: sub-heads, lists, quotes and tables are marked.
image | TEXT | Address of the main image.
canonical_url | TEXT | Address that the page names as its canonical one.
text_hash | TEXT | Hash of the folded text without its dateline: equal where two outlets ran one story.
"""),
        indexes=("text_hash",),
    ),
    Table(
        "article_authors",
        "Authors of articles, one row a name.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
author | TEXT NOT NULL | One name.
position | INTEGER NOT NULL | Order in the byline, from 0.
"""),
        key=("article", "author"),
        indexes=("author, article",),
    ),
    Table(
        "article_tags",
        "Tags and keywords that the outlet gave its articles.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
tag | TEXT NOT NULL | One tag as printed.
"""),
        key=("article", "tag"),
        indexes=("tag, article",),
    ),
    Table(
        "article_agencies",
        "Wire agencies that articles are credited to.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
agency | TEXT NOT NULL | Short name of the wire agency, e.g. Reuters.
"""),
        key=("article", "agency"),
        indexes=("agency, article",),
    ),
    Table(
        "article_images",
        "Pictures of articles with what is printed beneath them.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
position | INTEGER NOT NULL | Order on the page, from 0.
url | TEXT NOT NULL | Address of the picture.
caption | TEXT | Caption as printed, without the credit where the page tells them apart.
credit | TEXT | Whom the picture is credited to, as printed.
alt | TEXT | What the page says in place of the picture.
"""),
        key=("article", "position"),
    ),
    Table(
        "article_notes",
        "Corrections, clarifications and editor's notes that the outlet printed with its articles.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The article.
position | INTEGER NOT NULL | Order on the page, from 0.
kind | TEXT NOT NULL | correction, clarification, editors_note or update.
text | TEXT NOT NULL | The note as printed.
printed | TEXT | Its date as printed, where one is told.
"""),
        key=("article", "position"),
        indexes=("kind, article",),
    ),
    Table(
        "live_entries",
        "Entries of live blogs.",
        columns_of("""
article | INTEGER NOT NULL REFERENCES articles(id) | The live blog.
position | INTEGER NOT NULL | Order on the page, from 0: most pages print the newest first.
at | TEXT | UTC instant of the entry; empty where the page does not tell it.
printed | TEXT NOT NULL DEFAULT '' | Its time as printed.
headline | TEXT | Headline of the entry.
byline | TEXT | Who wrote it, as printed.
text | TEXT NOT NULL DEFAULT '' | Text of the entry, paragraphs separated by a blank line.
"""),
        key=("article", "position"),
        indexes=("at, article",),
    ),
    Table(
        "places",
        "Places that datelines name.",
        columns_of("""
name | TEXT NOT NULL | Place as in articles.place.
country | TEXT NOT NULL DEFAULT '' | ISO 3166 alpha-2; empty where it is unknown.
latitude | REAL | Degrees north (GeoNames, CC BY).
longitude | REAL | Degrees east.
"""),
        key=("name", "country"),
    ),
)
