"""What a product text and a direction text mean, and what a line of them amounts to a day."""
