"""One parse of a page, shared by every stage: tree, JSON-LD, metas."""
