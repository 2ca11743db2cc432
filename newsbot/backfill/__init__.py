"""Into the past: articles out of WARC files, web archives, old sitemaps and folders, by the stages of a crawl."""
