"""Pictures as inputs: which columns, when two are the same, what is wrong with them, how a model reads them."""
