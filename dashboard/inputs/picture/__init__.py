"""Pictures on the screen: thumbnails, alone in a table's cell or side by side in a gallery."""
