"""How the sources are: what is usual for each, what is alarming, and who is told."""
