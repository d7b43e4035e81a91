"""The HTTP server: the ASGI application around Streamlit, its settings, and the processes beside it."""
