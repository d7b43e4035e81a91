"""The processes that hold a model: the supervisor, the run process, the predictor."""
