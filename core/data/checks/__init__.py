"""Checks of rows: findings, what each column is for, personal data."""
