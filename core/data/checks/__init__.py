"""Data validation: findings, what each column is for, personal data."""
