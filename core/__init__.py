"""The engine: values in, events and values out. It knows nothing of browsers or databases."""
