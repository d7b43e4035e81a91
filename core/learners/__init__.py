"""Learners: how a task is learned. Each is imported by `core.tasks.Task.learner` where it is needed."""
