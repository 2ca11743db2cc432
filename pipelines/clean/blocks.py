"""Marks the lines of a page that stand in blocks which are not the article: by names, by labels, by links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache

from lxml.html import HtmlElement

from pipelines.clean.labels import labels
from pipelines.clean.names import words_of
from pipelines.clean.runs import Run

# What a block is called (class and id, cut into words) -> the rule that marks it. First match wins.
_NAMED: tuple[tuple[str, str], ...] = (
    (
        "related_block",
        "related|relacionad[oa]s?|verwandt|correlat[io]|similar|recommend(?:ed|ations?|er)|read-?more-?(?:links?|box|block|stories)|read-?also|read-?next"
        "|check-?also|see-?also|also-?read|more-(?:stories|news|articles|on|from|links?|like)|more-?link"
        "|most-?(?:read|popular|viewed|shared|commented)|trending|popular-posts?|latest-(?:news|stories|posts|articles|headlines|box)|up-?next|you-(?:may|might)(?:-also)?-like"
        "|outbrain|taboola|revcontent|mgid|zergnet|relatedposts|yarpp|crp|next-?(?:article|post|story)|further-reading"
        "|entry__related|teaser-?(?:list|box|grid)|mehr-zum-thema|articlepromo|in-?article-?links?|link-?box|post-?card|article-?card",
    ),
    (
        "newsletter_block",
        "newsletters?|subscribe|sign-?up|mailing-?list|email-scrim|nl-(?:box|signup|teaser)|inbox",
    ),
    (
        "promotion_block",
        "promo|promotions?|promo-?box|advert|advertisements?|advertorial|adverts|ad-?(?:slot|container|unit|wrapper|label|banner|box)"
        "|sponsor|sponsored|commerce-disclosure|affiliate|donat(?:e|ion|ions)|cta|call-to-action|app-(?:download|promo|teaser)"
        "|banner-?message|styled-?banner-?message|event-?promo|donation-?box|support-us|werbung|anzeige",
    ),
    ("second_article", "second-article|under-article|infinite-?scroll|next-?up|articles?-?stream"),
    (
        "share_block",
        "share|sharing|share-?(?:bar|buttons?|links?|tools?)|social-?(?:share|links?|media|bar|icons?|buttons?|sharing)"
        "|follow-?us|addtoany|sharethis|article-?tools?|print-?(?:tools|header|footer)",
    ),
    ("comments_block", "comments|comment-?(?:list|form|section|respond)|disqus|respond"),
    (
        "author_block",
        "author-?(?:bio|box|info|card|description|about|details?|profile|block|name)|about-?(?:the-)?authors?|bio|bios|bio-text"
        "|byline|bylines|written-by|contributors?|article-?author|post-author|entry-author|authors?|autor(?:en)?|autorenbox",
    ),
    (
        "caption_block",
        "caption|captions|wp-caption-text|wp-caption|(?:photo|image|img|picture|media)-?(?:credits?|caption|source|copyright|title|info|desc(?:ription)?)"
        "|credits?|figcaption|bildunterschrift|legend|image-?widget|gallery-?caption",
    ),
    (
        "fact_box",
        "[a-z]*fact-?box|[a-z]*info-?box|info-?kasten|fakta(?:boks|ruta)?|box-?fact|fact-?box-?content|facts?-?block|flexmodule--factbox",
    ),
    (
        "tags_block",
        "tags|tag-?(?:list|cloud|links?)|post-?tags|topics|topic-?list|keywords|article-?tags|bread-?crumbs?(?:-[a-z]+)*|categories|cat-?links",
    ),
    (
        "page_block",
        "nav|navigation|navbar|subnav|menu|footer|site-?footer|toolbar|cookies?|consent|gdpr|paywall-?(?:modal|overlay|message)"
        "|modal|popup|pop-?up|skip-?link|login|visually-?hidden|sr-?only|screen-?reader(?:-text)?|noprint|print-only|copyright|mentions-copyright",
    ),
    (
        "date_block",
        "time-?stamp|dateline-date|(?:publish(?:ed)?|post|entry|article|update[ds]?|modified)-?(?:date|time)|(?:estimated-)?read(?:ing)?-?time|last-?updated|meta-?data|metadata|article-?meta|entry-?meta|post-?meta|information-item|list-informations",
    ),
)
# The hyphens stand outside the alternatives: asked once a letter, not once a rule.
_NAME = re.compile(f"(?<=-)(?:{'|'.join(f'(?P<{rule}>(?:{words})(?=-))' for rule, words in _NAMED)})")
_BY_TAG = {
    "nav": "page_block",
    "form": "page_block",
    "button": "page_block",
    "dialog": "page_block",
    "fieldset": "page_block",
    "figcaption": "caption_block",
    "figure": "caption_block",
    "footer": "page_block",
}
_ALL_ARTICLE = frozenset({"html", "body", "main", "article"})  # their names speak of the page, not of a part
_BODY_PART = 0.3  # a block with more of the extracted text than this is the article, whatever it is called
# Characters of the article that must be left where a block goes, however large it is.
_BESIDES = {"second_article": 400, "fact_box": 2000}
_LABEL_BLOCK = 1500  # characters of unlinked text from which a labelled block is no list of teasers
_TEASER = 400  # characters of the longest teaser

REASONS: dict[str, str] = {
    "related_block": "It stands in a block that offers other articles.",
    "newsletter_block": "It stands in a block that asks for a subscription.",
    "promotion_block": "It stands in an advertisement or a promotion.",
    "second_article": "It belongs to another article that the page appends.",
    "share_block": "It stands among the share buttons and tools.",
    "comments_block": "It stands among the readers' comments.",
    "author_block": "It stands in the block about the author.",
    "caption_block": "It is the caption or credit of a picture.",
    "fact_box": "It stands in a fact box beside the article.",
    "tags_block": "It stands among the tags or the breadcrumbs.",
    "page_block": "It belongs to the frame of the page: menu, footer, form, notice.",
    "date_block": "It is the line with the date or the reading time.",
    "check_also": "It stands under a label such as “Check Also” that heads links to other articles.",
    "left_out": "The extractor did not take it for the article.",
    "link_list": "It is a list of links to other articles.",
}


def mark(runs: list[Run], extracted: AbstractSet[str]) -> None:
    """Set `rule` and `why` of every run that stands in a block which is not the article.

    `extracted`: keys of the lines that the extractor took for the article. A block's name counts only
    while the block holds less than 30 % of them: real text does stand in blocks called `sidebar` or
    `related` (deleting by name alone cost recall .977 -> .966).
    """
    _mark_named(runs, extracted)
    _mark_labelled(runs)
    _mark_link_lists(runs)


def rule_of(element: HtmlElement) -> tuple[str, str] | None:
    """The rule by which an element's own name or tag marks it, and what was seen."""
    tag = str(element.tag)
    if tag in _BY_TAG:
        return _BY_TAG[tag], f"<{tag}>"
    if tag in _ALL_ARTICLE:
        name = element.get("id") or ""  # classes of <article> list tags and categories
    else:
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
    if not name or name == " ":
        return (
            ("page_block", "aria-hidden") if element.get("aria-hidden") == "true" and tag == "div" else None
        )
    return _rule_of_name(name)


@lru_cache(maxsize=8192)  # themes repeat their names thousands of times
def _rule_of_name(name: str) -> tuple[str, str] | None:
    match = _NAME.search(words_of(name))
    if match is None or match.lastgroup is None:
        return None
    return match.lastgroup, match.group()


_Chain = tuple[tuple[HtmlElement, str, str], ...]


def _mark_named(runs: list[Run], extracted: AbstractSet[str]) -> None:
    chains: dict[HtmlElement, _Chain] = {}
    taken: dict[
        tuple[str, str], int
    ] = {}  # by rule and name, over the page: parts of an article share a name
    total = 0
    for run in runs:
        chain = _chain(run.block, chains)
        if run.key in extracted:
            total += len(run.text)
            for name in {(rule, seen) for _, rule, seen in chain}:
                taken[name] = taken.get(name, 0) + len(run.text)
    limit = _BODY_PART * total
    for run in runs:
        for _, rule, seen in chains[run.block]:
            held = taken.get((rule, seen), 0)
            if held <= limit or (rule in _BESIDES and total - held >= _BESIDES[rule]):
                run.rule, run.why = rule, seen
                break


def _chain(element: HtmlElement, chains: dict[HtmlElement, _Chain]) -> _Chain:
    """The marked elements an element stands in, outermost first; kept for its neighbours."""
    path: list[HtmlElement] = []
    at: HtmlElement | None = element
    while at is not None and at not in chains:
        path.append(at)
        at = at.getparent()
    chain: _Chain = () if at is None else chains[at]
    for step in reversed(path):
        own = rule_of(step)
        if own is not None:
            chain = (*chain, (step, *own))
        chains[step] = chain
    return chain


def _mark_labelled(runs: list[Run]) -> None:
    wide = labels("check_also") | labels("teasers")
    narrow = labels("check_also")
    for i, run in enumerate(runs):
        if run.rule is None and len(run.text) <= 60 and run.key in wide:
            block = _labelled_block(runs, i)
            if block is not None:
                inside = [r for r in runs[i:] if _within(r, block)]
                if sum(len(r.text) - r.linked for r in inside) <= _LABEL_BLOCK:
                    _set(inside, "check_also", run.text)
                    continue
            _mark_following(runs, i, certain=run.key in narrow)


def _labelled_block(runs: list[Run], i: int) -> HtmlElement | None:
    """The largest element whose first text is the label, if it holds more than the label."""
    block: HtmlElement = runs[i].block
    best: HtmlElement | None = None
    while True:
        holds_more = i + 1 < len(runs) and _within(runs[i + 1], block)
        if holds_more:
            best = block
        parent = block.getparent()
        if parent is None or parent.tag in _ALL_ARTICLE or (i > 0 and _within(runs[i - 1], parent)):
            return best
        block = parent


def _within(run: Run, block: HtmlElement) -> bool:
    return run.block is block or any(a is block for a in run.block.iterancestors())


def _mark_following(runs: list[Run], i: int, *, certain: bool) -> None:
    """A label among the paragraphs: it takes the links, list items and teasers right behind it."""
    end = i + 1
    links = 0
    while end < len(runs) and len(runs[end].text) <= _TEASER:
        run = runs[end]
        if run.is_link:
            links += 1
        elif not (run.block.tag == "li" and run.linked) and not (
            links and run.text.endswith(("…", "...", "[…]"))
        ):
            break
        end += 1
    if end > i + 1 and (certain or links):
        _set(runs[i:end], "check_also", runs[i].text)


def _mark_link_lists(runs: list[Run]) -> None:
    """Lists (<ul>) of at least two items that are (nearly) nothing but links."""
    lists: dict[HtmlElement, list[Run]] = {}
    for run in runs:
        if run.rule is None and run.block.tag == "li":
            parent = run.block.getparent()
            if parent is not None and parent.tag == "ul":
                lists.setdefault(parent, []).append(run)
    for items in lists.values():
        text = sum(len(r.text) for r in items)
        if len(items) >= 2 and sum(r.linked for r in items) >= 0.6 * text and all(r.linked for r in items):
            _set(items, "link_list", f"{len(items)} links")


def _set(runs: Iterable[Run], rule: str, seen: str) -> None:
    for run in runs:
        if run.rule is None:
            run.rule, run.why = rule, seen
