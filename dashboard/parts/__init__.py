"""Page components: the pieces that pages are put together from."""
