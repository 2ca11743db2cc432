"""What kind of page it is: an article, or why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.clean.address import parts_of
from pipelines.clean.listings import is_gallery, is_listing
from pipelines.clean.metadata import article_nodes
from pipelines.clean.runs import Run, key_of
from pipelines.document import Document
from pipelines.jsonld import types_of
from pipelines.reasons import Reason

_THIN = 1500  # characters of visible text below which a wall may be all there is
_BARE = 250  # characters of text from which a page without article markup may be one
_MARKED = 60  # characters that an article by its markup must have (a teaser before a paywall)
_PROSE = 80  # characters from which an unlinked line is prose
_SOME_HEADINGS = 4  # linked headings that a section front has at least

_WALL = re.compile(
    r"just a moment|attention required|checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:human|robot)|i am not a robot|i'm not a robot"
    r"|access (?:to this page has been )?denied|pardon our interruption|unusual (?:traffic|activity)|security check|bot detection|captcha|enable cookies and reload|request unsuccessful|ddos protection|sie (?:sind|seien) kein roboter|no soy un robot|je ne suis pas un robot|подтвердите что вы не робот|human verification|request blocked|forbidden"
)
_WALL_MARK = re.compile(
    r"cf-challenge|challenge-platform|cf_chl|px-captcha|g-recaptcha|h-captcha|hcaptcha|datadome|captcha-delivery|_incapsula_|distil_r_captcha|perimeterx|arkoselabs|awswafintegration",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(?:accept|agree to|zustimm|einwillig|akzept|accepter|aceptar|accett|aceitar|accepteer|akcept|принять|согласи).{0,80}(?:cookies?|tracking|werbung|publicit|pubblicit|ciasteczk|куки)"
    r"|(?:cookies?|tracking).{0,80}(?:accept|zustimm|einwillig|akzept|accepter|aceptar|accett|aceitar|toestem|akcept|принять|согласи)"
)
_GONE = re.compile(
    r"^(?:error )?(?:404|410)\b|\b(?:error 404|404 error|404 not found|page not found|not found|page (?:does not|doesn t) exist|page no longer (?:exists|available)|seite (?:wurde )?nicht gefunden|seite existiert nicht"
    r"|page (?:introuvable|non trouvée)|página no encontrada|no se (?:ha encontrado|encuentra) la página|pagina non trovata|página não encontrada|pagina niet gevonden|nie znaleziono strony|strona nie istnieje|страница не найдена|الصفحة غير موجودة|sayfa bulunamadı|页面不存在|找不到页面|ページが見つかりません|siden (?:finnes|findes) ikke|sidan finns inte|sivua ei löyt)"
)
_SCRIPT_WORDS = re.compile(
    r"(?:enable|activate|turn on|requires?|need|aktivieren|activer|active|activar|habilit|attiva|ativ|включите|تفعيل).{0,40}java ?script|java ?script.{0,60}(?:enable|required|disabled|aktivier|désactivé|desactivado|deaktiviert|disattivat|отключен)",
    re.IGNORECASE,
)
# Compared with a folded headline; a page that is called so and has no article markup is the notice itself.
_PRIVACY = re.compile(
    r"^(?:we (?:value|care about|respect) your privacy|your privacy (?:matters|choices|is important)(?: to us)?|before you continue(?: to .{1,40})?"
    r"|wir (?:schätzen|respektieren|achten) ihre privatsphäre|ihre privatsphäre ist uns wichtig|datenschutzeinstellungen|privatsphäre einstellungen"
    r"|(?:nous respectons|le respect de) votre vie privée.{0,40}|votre vie privée(?: est importante)?.{0,30}|(?:valoramos|respetamos|nos importa) (?:tu|su) privacidad|tu privacidad es importante.{0,30}"
    r"|(?:rispettiamo|teniamo alla|la) tua privacy.{0,30}|(?:valorizamos|respeitamos) a sua privacidade|wij (?:waarderen|respecteren) (?:je|uw) privacy|szanujemy (?:twoją|państwa) prywatność"
    r"|vi (?:värnar om|respekterar) din integritet|vi (?:verdsetter|respekterer) (?:ditt|dit) privatliv)$"
)
_LOGIN = re.compile(
    r"(?:log ?in|sign ?in|please (?:log|sign) in|login required|member login|register|create (?:an |your )?account|anmelden|anmeldung|einloggen|connexion|se connecter|identifiez vous"
    r"|iniciar sesión|inicia sesión|acceder|accedi|entrar|inloggen|aanmelden|zaloguj(?: się)?|logowanie|logga in|logg inn|log ind|kirjaudu(?: sisään)?|войти|вход|авторизация|giriş yap|تسجيل الدخول|登录|ログイン|로그인)"
    r"(?: .{1,40})?"
)
_ASKS = re.compile(
    r"\b(?:subscri(?:be|ber|bers|ption)|log in|sign in|sign up|register(?:ed)?|abonn(?:ieren|ent|enten|ement|ez|é|és|eer|ere|era)|jetzt anmelden|abo|suscr[ií]b(?:ete|irse|ase)|suscriptor(?:es)?"
    r"|assin(?:e|ante|antes|atura)|abbonati|abbonamento|inloggen|prenumer(?:era|ant|ujesz)|subskryb\w+|подписк\w+|подпишитесь|abone|اشترك|订阅|購読|구독)\b"
)
_ROOTS = ("root", "app", "__next", "__nuxt", "app-root", "main-app", "react-root", "svelte")
_FRONT_TYPES = frozenset(
    [
        "CollectionPage",
        "ItemList",
        "SearchResultsPage",
        "ProfilePage",
        "ContactPage",
        "AboutPage",
        "ImageGallery",
        "MediaGallery",
        "VideoGallery",
    ]
)


@dataclass(frozen=True, slots=True)
class PageKind:
    """The verdict: an article, or the reason why not with a sentence."""

    is_article: bool
    reason: Reason | None = None
    detail: str = ""


def kind_of(document: Document, runs: Sequence[Run], lines: Sequence[str], headline: str | None) -> PageKind:
    """Judge the page by what is on it. `lines`: the cleaned text.

    A page marked as an article needs little text (a paywalled teaser is one, a live blog is one); one
    without any marking needs prose that is not links.
    """
    visible = sum(len(run.text) for run in runs)
    text = sum(len(line) for line in lines)
    marked = _is_marked(document)
    prose = _prose(lines, runs)
    if visible < _THIN and (wall := _wall(document, runs, prose)):
        return wall
    if text < _THIN and prose < 3 * _PROSE and (gone := _gone(document, headline)):
        return gone
    if text < _MARKED or (prose < _MARKED and not marked):
        return _nothing_there(document, visible, text)
    if shut := _shut(document, lines, headline, prose, visible):
        return shut
    if is_listing(document, runs, lines):
        return PageKind(
            False, Reason.NOT_ARTICLE, "The page lists other pages: a search, a tag, an author or a section."
        )
    if marked:
        return PageKind(True)
    if _is_front(document, runs, lines, prose) or is_gallery(document, runs, lines):
        return PageKind(
            False, Reason.NOT_ARTICLE, "The page lists other pages: a front, a section or a gallery."
        )
    if text < _BARE:
        return PageKind(
            False,
            Reason.NOT_ARTICLE,
            f"The page has only {text} characters of text and no mark of an article.",
        )
    return PageKind(True)


def _is_marked(document: Document) -> bool:
    if article_nodes(document) or "LiveBlogPosting" in {t for n in document.jsonld for t in types_of(n)}:
        return True
    if (document.meta("og:type") or "").casefold() in ("article", "news", "newsarticle"):
        return not _is_homepage(document.url)
    return document.meta("article:published_time") is not None


def _is_homepage(url: str) -> bool:
    parts = parts_of(url)
    return bool(parts.netloc) and parts.path in ("", "/") and not parts.query


def _prose(lines: Sequence[str], runs: Sequence[Run]) -> int:
    """Characters of the text in lines that are sentences, not links."""
    linked = {run.key for run in runs if run.is_link}
    return sum(len(line) for line in lines if len(line) >= _PROSE and key_of(line) not in linked)


def _wall(document: Document, runs: Sequence[Run], prose: int) -> PageKind | None:
    words = key_of(" ".join([document.title or "", *(run.text for run in runs)]))
    scripts = " ".join(f"{s.get('src') or ''} {(s.text or '')[:2000]}" for s in document.tree.iter("script"))
    marked = _WALL_MARK.search(scripts) or _WALL_MARK.search(
        " ".join(
            f"{e.get('id') or ''} {e.get('class') or ''} {e.get('src') or ''}"
            for e in document.tree.iter("div", "form", "iframe")
        )
    )
    if _WALL.search(words) and (marked or prose < _BARE):
        return PageKind(
            False,
            Reason.BLOCKED,
            f"The site shows a bot wall or a captcha (“{(document.title or words)[:80]}”).",
        )
    if marked and prose < _MARKED:
        return PageKind(False, Reason.BLOCKED, "The site shows a captcha and nothing else.")
    if _CONSENT.search(words) and prose < 2 * _BARE and not article_nodes(document):
        return PageKind(False, Reason.BLOCKED, "The site shows a cookie wall and nothing else.")
    return None


def _shut(
    document: Document, lines: Sequence[str], headline: str | None, prose: int, visible: int
) -> PageKind | None:
    """A page that asks to log in, to pay or to agree, and shows nothing of an article."""
    said = key_of(headline or "") or key_of(document.title or "")
    if not article_nodes(document) and prose < 2 * _THIN and _PRIVACY.search(said):
        return PageKind(
            False, Reason.BLOCKED, f"The site shows a cookie wall and nothing else (“{said[:80]}”)."
        )
    asks = bool(lines) and all(_ASKS.search(key_of(line)) for line in lines)
    if prose < _THIN / 3 and asks:
        return PageKind(
            False,
            Reason.BLOCKED,
            "The site asks to subscribe or to log in, and shows nothing of the article.",
        )
    if _LOGIN.fullmatch(said) and prose < _THIN and visible < 2 * _THIN and _has_password(document):
        return PageKind(False, Reason.BLOCKED, f"The site shows a form to log in (“{said[:80]}”).")
    return None


def _has_password(document: Document) -> bool:
    return any((field.get("type") or "").casefold() == "password" for field in document.tree.iter("input"))


def _gone(document: Document, headline: str | None) -> PageKind | None:
    for said in (headline, document.title):
        if said and _GONE.search(key_of(said)) and not article_nodes(document):
            return PageKind(
                False,
                Reason.NOT_ARTICLE,
                f"The page says that it does not exist (“{said[:80]}”), with status 200.",
            )
    return None


def _nothing_there(document: Document, visible: int, text: int) -> PageKind:
    scripts = [s for s in document.tree.iter("script") if "ld+json" not in (s.get("type") or "")]
    empty_root = any(
        (element.get("id") or "") in _ROOTS and len("".join(element.itertext()).strip()) < 200
        for element in document.tree.iter("div", "app-root", "main")
    )
    asks = any(_SCRIPT_WORDS.search("".join(n.itertext())) for n in document.tree.iter("noscript"))
    if visible < 600 and scripts and (empty_root or asks):
        return PageKind(False, Reason.NEEDS_JAVASCRIPT, "The page has no text until its JavaScript has run.")
    return PageKind(False, Reason.NOT_ARTICLE, f"The page has only {text} characters of text.")


def _is_front(document: Document, runs: Sequence[Run], lines: Sequence[str], prose: int) -> bool:
    """A page of teasers: its prose stands right behind linked headings."""
    headings = sum(run.is_link and _in_heading(run) for run in runs if run.rule != "page_block")
    types = {t for node in document.jsonld for t in types_of(node)}
    if _is_homepage(document.url) or types & _FRONT_TYPES:
        return headings >= _SOME_HEADINGS or prose < 4 * _BARE
    return headings >= _SOME_HEADINGS and _teasers(runs, lines) >= 0.5


def _teasers(runs: Sequence[Run], lines: Sequence[str]) -> float:
    """The share of the text's prose that has a linked heading within the two lines before it."""
    keys = {key_of(line) for line in lines}
    prose = [i for i, run in enumerate(runs) if len(run.text) >= _PROSE and run.key in keys]
    behind = sum(any(r.is_link and _in_heading(r) for r in runs[max(0, i - 2) : i]) for i in prose)
    return behind / len(prose) if prose else 1.0


def _in_heading(run: Run) -> bool:
    return run.is_heading or any(True for _ in run.block.iterancestors("h2", "h3", "h4"))
