"""Tapers, reviews, plans and referrals of invented patients."""
