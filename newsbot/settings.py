"""What Scrapy reads: each value that differs from Scrapy's own, with Scrapy's default and why."""

from __future__ import annotations

from newsbot.middlewares.user_agent import PRODUCT, user_agent

BOT_NAME = "newsbot"
SPIDER_MODULES = ["newsbot.spiders"]
NEWSPIDER_MODULE = "newsbot.spiders"

# --- who we are -------------------------------------------------------------------------------------------------

# Default "Scrapy/2.19 (+https://scrapy.org)". The crawl puts `defaults.contact` of sources.toml in.
USER_AGENT = user_agent(None)

# Default None, which reads robots.txt for the whole User-Agent; RFC 9309 wants the product token.
ROBOTSTXT_USER_AGENT = PRODUCT

# Default False. newsbot.middlewares.robots stands in for Scrapy's middleware.
ROBOTSTXT_OBEY = True

# Default asks for "en" only, which makes some papers answer with another edition than the one that is read.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}

# --- no doors in, no doors out but http(s) ------------------------------------------------------------------------

# Defaults True: a console and a server on this machine that execute Python.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# Default has handlers for data, file, ftp and s3 as well. A feed may name any URL; a handler that is not there
# cannot be reached. The door is Scrapy's own HTTP/1.1 handler, which asks politeness once more.
DOWNLOAD_HANDLERS = {
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
    "http": "newsbot.middlewares.door.Door",
    "https": "newsbot.middlewares.door.Door",
}

# Default CachingThreadedResolver. Ours hands out no private address. Scrapy reads this setting when the process
# starts, so it has no effect in `custom_settings`; the guard lets no host name pass where it is not at work.
TWISTED_DNS_RESOLVER = "newsbot.middlewares.resolver.GuardedResolver"

# Default True. Proxies of the environment would resolve names for us, past the guard.
HTTPPROXY_ENABLED = False

# Default True. Nothing we read needs a session, and a cookie would follow us from article to article.
COOKIES_ENABLED = False

# Default tells a site which page led to it. No site needs to know. (REFERER_ENABLED = False would make the redirect
# middleware complain in every run.)
REFERRER_POLICY = "no-referrer"

# Default True. A meta refresh is written by whoever writes the page; the spider sees the page itself.
METAREFRESH_ENABLED = False

# Default 20. A paper needs two or three (http, www, a moved article); RFC 9309 wants five for robots.txt.
REDIRECT_MAX_TIMES = 8

# Default False. An article is worth the name of its publisher only if the connection was to the publisher.
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- limits -------------------------------------------------------------------------------------------------------

# Ours: most bytes, received and unpacked, of a page (an HTML tree costs up to 25 times its page) and of a feed or
# sitemap (50 MB is what the sitemap protocol allows). Set on each request by newsbot.middlewares.wholeness.
PAGE_MAXSIZE = 8 * 1024 * 1024
LISTING_MAXSIZE = 50 * 1024 * 1024

# Default 1 GiB. What is not asked for by one of our spiders is held to the same bound.
DOWNLOAD_MAXSIZE = LISTING_MAXSIZE

# Default 32 MiB. The ledger says what was too large; a warning says it again.
DOWNLOAD_WARNSIZE = 0

# Default 180 s. In Scrapy's HTTP/1.1 handler this is the deadline of the whole fetch, from looking up the name to the
# last byte of the body, so a server that drips is stopped by it as well. Each retry and each redirect has its own.
DOWNLOAD_TIMEOUT = 30

# Default 10. Names are looked up in this pool, and a resolver that does not answer keeps a thread for a while.
REACTOR_THREADPOOL_MAXSIZE = 32

# --- pace ---------------------------------------------------------------------------------------------------------

# Defaults 16 and 8. Many hosts at once, one request at a time a host.
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1

# Default 0 s. For hosts that no source names; newsbot.middlewares.politeness gives each host the delay of its source
# and the Crawl-delay of its robots.txt, and lets the jitter make them longer only.
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.2  # default 0.5

# Default 100. Scrapy starts that many tasks for every answer; a page gives one item (measured: a sixth of the main
# process's CPU time).
CONCURRENT_ITEMS = 1

# Default 2. Once more within a run; after that the frontier knows better when to come back.
RETRY_TIMES = 1
# Default has 429 too, which politeness answers, and lacks 520 and 521 (Cloudflare: the origin is in trouble).
RETRY_HTTP_CODES = [500, 502, 503, 504, 520, 521, 522, 524, 408]
# Default has refused connections and unknown names too: neither gets better within seconds.
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # default ERROR; the ledger has it

# --- the way of a request -------------------------------------------------------------------------------------------

# Requests go down this list, answers and failures come up it.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the guard decides where requests may go
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no credentials, ever
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # replaced
    "newsbot.middlewares.guard.Guard": 50,  # first: not even a robots.txt is asked of a forbidden place
    "newsbot.middlewares.robots.Robots": 100,
    "newsbot.middlewares.conditional.Conditional": 450,
    # 550 RetryMiddleware
    "newsbot.middlewares.politeness.Politeness": 560,  # sees 429 and 503 before they are retried
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # replaced
    "newsbot.middlewares.unpacking.Unpacking": 590,  # below this line payloads are as received
    "newsbot.middlewares.capture_point.CapturePoint": 593,
    "newsbot.middlewares.memento.Memento": 594,  # of a web archive's answer: only the capture that was asked for
    "newsbot.middlewares.wholeness.Wholeness": 596,  # sees answers before they are captured
    # 600 RedirectMiddleware: the above see only where a redirect ended
    "newsbot.sample.route.SampleRoute": 740,  # there only where `newsbot crawl --sample` is
}

# Not in Scrapy: the file of sources and the archive (captures/ lies beside it); `-s NEWSBOT_ARCHIVE=other.db` works.
NEWSBOT_SOURCES = "sources.toml"
NEWSBOT_ARCHIVE = "archive.db"
# Not in Scrapy: a frontier that several crawlers share, in the place of an archive (postgresql://…); where the pages as
# received go then; and how many seconds its leases last (newsbot.extensions.run).
NEWSBOT_FRONTIER = None
NEWSBOT_CAPTURES = "captures"
NEWSBOT_LEASE_SECONDS = 60
# Processes that read pages; 0 is one a core.
NEWSBOT_READERS = 0

# Scrapy has none by default: a page is read in a process of its own, then committed by the one writer.
ITEM_PIPELINES = {
    "pipelines.item_pipelines.ReadPipeline": 300,
    "pipelines.item_pipelines.StorePipeline": 800,  # a pipeline of yours between the two sees the reading
}

# --- what a run says ------------------------------------------------------------------------------------------------

# Default has LogStats on; the run itself is an extension, so that it ends after everything else has.
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,  # pages a minute; newsbot.extensions.progress says more
    "newsbot.extensions.run.RunExtension": 0,  # opens archive, captures and readers before anything else looks
    "newsbot.extensions.progress.Progress": 500,
}

# Default DEBUG: a line for every request and every item.
LOG_LEVEL = "INFO"
# Default True. The summary is the command's; the numbers are in the table runs.
STATS_DUMP = False
