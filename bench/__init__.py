"""Speed beside a baseline of the same run; quality is measured by runners outside the project."""
