"""Texts to values of the contract."""
