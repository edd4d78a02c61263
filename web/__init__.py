"""Pages for people; the only package that knows Flask."""
