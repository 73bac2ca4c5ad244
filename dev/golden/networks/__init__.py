"""Networks by family; each module has networks(), which yields Network objects."""
