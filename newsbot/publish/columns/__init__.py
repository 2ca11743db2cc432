"""The facet store: an archive's facets as columns of numbers in memory, counted with numpy.

See docs/decisions/facet-store.md. Nothing outside imports this package but `keeper`, which does so where numpy is.
"""
