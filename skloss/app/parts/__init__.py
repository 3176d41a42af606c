"""Parts that pages are built from: frame, forms, panels and tables."""
