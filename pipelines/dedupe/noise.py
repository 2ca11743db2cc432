"""Lines of a page that change without anybody editing: counters, clocks, buttons, pointers to other articles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from babel.dates import get_day_names, get_month_names

LONGEST: Final = 160  # characters of a line that may be noise; a pointer may be this long with its headline

# A line is noise only where every word of it is known to be: one word more ("19 shares stolen") makes it text.
# First, what a counter, a clock or a button says in any case:
_SAYS: Final = re.compile(
    r"""\b(?:views?|reads?|shares?|shared|likes?|comments?|replies|retweets?|reactions?|readers?|listens|plays
    |min(?:ute)?s?\ read|ago|updated?|published|posted|modified|edited|reviewed|refreshed
    |aufrufe?|leser|lesezeit|kommentare?|geteilt|aktualisiert|veröffentlicht|stand|vor\ \S+\ \S+
    |vues?|lectures?|partages?|commentaires?|mis\ à\ jour|publié|modifié|il\ y\ a
    |vistas?|visitas?|lecturas?|compartidos?|comentarios?|actualizado|publicado|hace
    |visualizações|leituras?|comentários?|compartilhamentos?|atualizado|há
    |visualizzazioni|letture|condivisioni|commenti|aggiornato|pubblicato|fa
    |weergaven|reacties|bijgewerkt|gepubliceerd|geleden
    |visninger|visningar|kommentarer|opdateret|uppdaterad|oppdatert|publiceret|publicerad|publisert|sedan|siden
    |wyświetleń|wyświetlenia|komentarzy|komentarze|udostępnień|zaktualizowano|aktualizacja|opublikowano|temu
    |просмотр(?:ов|а)?|комментари(?:ев|я|й)|обновлено|опубликовано|назад
    |okunma|görüntülenme|yorum|paylaşım|güncellendi|güncelleme|yayınlandı|önce
    |مشاهدات|مشاهدة|تعليقات|تعليق|تحديث|نشر|منذ|قبل)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# then what may stand beside it:
_BESIDE_IT: Final = """a an at on in the by of last first just now today yesterday and am pm a.m p.m est edt cst cdt mst mdt pst pdt
    gmt utc bst ist cet cest z k m th st nd rd time times total min mins minute minutes hour hours hr hrs h sec secs
    second seconds day days week weeks month months year years view views read reads share shares shared like likes
    comment comments reply replies retweet retweets reaction reactions reader readers people listens plays ago update
    updated published posted modified edited reviewed refreshed print email mail facebook twitter whatsapp linkedin
    telegram pinterest reddit x
    aufruf aufrufe leser lesezeit kommentar kommentare mal geteilt aktualisiert veröffentlicht stand zuletzt am um uhr
    vor minuten stunde stunden tag tagen tage sekunden heute gestern
    vue vues lecture lectures partage partages commentaire commentaires mis mise à jour publié modifié le la les il y
    heure heures jour jours aujourd'hui hier dernière
    vista vistas visita visitas lectura lecturas compartido compartidos comentario comentarios actualizado actualización
    publicado hace minuto minutos hora horas día días el a las hoy ayer de del última
    visualizações leitura leituras comentário comentários compartilhamentos atualizado atualização há às em dia dias
    atrás hoje ontem
    visualizzazioni letture condivisioni commento commenti aggiornato aggiornamento pubblicato il ore ora minuti giorni
    fa alle ultimo
    weergaven reactie reacties bijgewerkt gepubliceerd geleden minuut minuten uur dagen om op laatst
    visning visninger visningar kommentarer opdateret uppdaterad oppdatert publiceret publicerad publisert sedan siden
    for minutter timer minuter timmar kl sist senast
    wyświetleń wyświetlenia komentarzy komentarze udostępnień zaktualizowano aktualizacja opublikowano temu minut
    godzin godziny dni godz ostatnia
    просмотр просмотра просмотров комментария комментариев комментарий обновлено опубликовано назад минут минуты минуту
    час часа часов дня дней в мск
    okunma görüntülenme yorum paylaşım güncellendi güncelleme yayınlandı önce dakika saat gün son kez
    مشاهدات مشاهدة تعليقات تعليق تحديث آخر نشر منذ قبل دقائق دقيقة ساعة ساعات يوم أيام في الساعة"""
_UNSPACED: Final = re.compile(
    r"""(?:最后|最終|最近)?(?:更新|发布|發佈|发表|發表|公開|配信|閲覧|阅读|閱讀|浏览|瀏覽|点击|點擊|評論|评论|コメント)(?:于|於|時間|时间|日時|数|數|量|次數|次数)?
    [\s:：]*[\d,.:/年月日时時分秒点\s()（）-]+(?:次|回|件|人|万|萬)?
    |[\d,.]+\s*(?:万|萬)?\s*(?:分钟|分鐘|分|小时|小時|時間|天|日|秒)前(?:更新)?
    |[\d,.]+\s*(?:万|萬)?\s*(?:次|件の|回|条|條)?(?:浏览|瀏覽|阅读|閱讀|播放|評論|评论|コメント|閲覧)""",
    re.VERBOSE,
)
_LABELS_OF_ADS: Final = """advertisement advertisements ad sponsored anzeige werbung publicité publicidad publicidade pubblicità advertentie
    annonce annons reklama reklam реклама إعلان 广告 廣告 広告 pr"""
_BESIDE: Final = frozenset(_BESIDE_IT.split())
_LABELS: Final = frozenset(_LABELS_OF_ADS.split())
_POINTERS: Final = re.compile(
    r"""[\[(>»→•\s-]*(?:read\ more|read\ also|also\ read|read\ next|more\ on\ this|see\ also|related(?:\ (?:stories|articles?|news|content))?
    |recommended|you\ may\ also\ like|don't\ miss|most\ read(?:\ now)?|trending(?:\ now)?|watch|listen
    |lesen\ sie\ auch|auch\ interessant|mehr\ zum\ thema|mehr\ dazu
    |lire\ aussi|à\ lire(?:\ aussi)?|voir\ aussi|lea\ también|lee\ también|te\ puede\ interesar|ver\ también
    |leia\ também|leia\ mais|veja\ também|leggi\ anche|lees\ ook|lees\ meer|læs\ også|läs\ också|läs\ mer|les\ også
    |czytaj\ też|czytaj\ także|zobacz\ też|zobacz\ także|читайте\ также|смотрите\ также|ayrıca\ okuyun|اقرأ\ أيضا|اقرأ\ أيضاً|ذات\ صلة
    |相关阅读|相關閱讀|関連記事|延伸閱讀|延伸阅读)\s*[:：|>»›→].*""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['.][^\W\d_]+)*")
_DIGIT: Final = re.compile(r"\d")
_MEASURED: Final = re.compile(r"[%$€£¥₹₽°§]")  # a price, a share or a temperature is news
_RELATIVE: Final = re.compile(r"\b(?:just\ now|an?\ (?:hour|minute|day)\ ago|today|yesterday)\b", re.I)
_LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "pl", "ru", "tr", "ar")


def is_noise(line: str) -> bool:
    """Whether a line (spelling folded) changes by itself: a counter, a relative or printed time of update, the label
    of an advertisement, or a pointer to another article. A line with one word that is none of this is text."""
    if len(line) > LONGEST:
        return False
    bare = line.strip(" .:|·•-()[]*\"'").casefold()
    if bare in _LABELS or (not line.endswith((".", '."')) and _POINTERS.fullmatch(line)):
        return True  # what is pointed to is a headline, and headlines end without a full stop
    if _UNSPACED.fullmatch(line.strip(" 。|·")):
        return True
    return _is_counter_or_clock(bare)


def _is_counter_or_clock(line: str) -> bool:
    if not (_DIGIT.search(line) or _RELATIVE.search(line)) or _MEASURED.search(line):
        return False
    if not _SAYS.search(line):
        return False
    calendar = _calendar()
    return all(word in _BESIDE or word in calendar for word in _WORD.findall(line))


@lru_cache(maxsize=1)
def _calendar() -> frozenset[str]:
    """Names of months and weekdays, long and short, in the languages of the words above (CLDR)."""
    names: set[str] = set()
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for ask in (get_month_names, get_day_names):
                    for name in ask(width, context, locale=language).values():
                        names.update(_WORD.findall(name.casefold()))
                        names.update(word.rstrip(".") for word in name.casefold().split())
    return frozenset(names)
