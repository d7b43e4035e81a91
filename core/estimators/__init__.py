"""Estimators of scikit-learn for tables: pipelines that are fitted, and kept in a file without pickle."""
