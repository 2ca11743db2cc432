"""Downloader middlewares and the resolver: whom we may ask, how gently, and whether the answer is whole."""
