"""From tokens to one daily regimen: amounts, frequencies, times of day, and what they come to."""
