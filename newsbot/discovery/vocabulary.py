"""Words in addresses that tell articles from everything else a paper links to."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Paths that never hold an article when they end in one of these words, or one word after it (/tag/climate).
LISTS = _words(
    """
    archive archives author authors autor autoren autores auteur auteurs category categories categoria categorias
    categorie contributor contributors etiqueta etiquetas etiquette hashtag keyword keywords mot-cle profil profile
    profiles schlagwort schlagworte search stichwort suche buscar recherche tag tags thema themen topic topics
    temas user users staff section sections
    """
)
# Paths that never hold an article wherever the word stands.
SERVICES = _words(
    """
    account amp-story articlecomments cdn-cgi cgi-bin checkout comment comments login log-in logout my-account oauth register
    registration reset-password share signin sign-in signup sign-up subscribe subscription subscriptions abonnement
    unsubscribe wp-admin wp-content wp-includes wp-json wp-login.php xmlrpc.php feeds rss gallery galleries galerie
    fotostrecke photo-gallery slideshow video videos podcast podcasts mediathek cart
    """
)
# Paths that hold no article when the word is the last of at most two (/about, /en/contact).
FRONTS = _words(
    """
    abo about about-us aboutus accessibility advertise advertising agb apps careers contact contact-us contacto
    cookie-policy cookies corrections crossword crosswords datenschutz donate e-paper epaper events faq feed games
    help home horoscope horoscopes imprint impressum index jobs kontakt legal live live-tv masthead media-kit
    most-read newsletter newsletters obituaries photos privacy privacy-policy puzzles quiz radio rss.xml shop
    sitemap store sudoku support terms terms-and-conditions terms-of-service terms-of-use tv weather wetter
    wp-login
    """
)
FILES = _words(
    """
    7z aac apk atom avi bmp css csv doc docx eot epub exe flac gif gz ico ics jpeg jpg js json m3u8 m4a m4v mov
    mp3 mp4 mpeg mpg odt ogg pdf png ppt pptx rar rdf rss rtf svg swf tar tif tiff ttf txt vcf wav webm webp wmv
    woff woff2 xls xlsx xml zip
    """
)
QUERIES = _words("add-to-cart login print q query redirect redirect_to replytocom s search share")
ARTICLE_WORDS = _words(
    """
    a art articel article articles articolo articulo articulos artigo artigos artikel haber makale nachricht
    nachrichten news noticia noticias nyheter post posts read stories story
    """
)
PAGE_EXTENSIONS = _words("amp asp aspx cms do ece htm html jsp php shtml stm xhtml")
