"""One network a file; found by listing this folder."""
