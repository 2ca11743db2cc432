"""What happens to an article between the fetch and the archive; never imports newsbot."""
