"""The bundled newsroom: three invented outlets in two editions, answered without a network."""

from pathlib import Path

from newsbot.sample.newsroom import HOSTS, Answer, Newsroom
from newsbot.sample.server import SampleServer

SAMPLE_SOURCES = Path(__file__).with_name("sources.toml")

__all__ = ["HOSTS", "SAMPLE_SOURCES", "Answer", "Newsroom", "SampleServer"]
