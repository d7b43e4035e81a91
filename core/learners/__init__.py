"""Learners: training methods of a task. Each is imported by `core.tasks.Task.learner` where it is needed."""
