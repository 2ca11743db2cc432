"""The spiders: news (what is due), urls (a list), probe (one site, nothing stored)."""
