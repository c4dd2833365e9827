"""How a direction text is taken apart: tokens, numbers, how often, and the one regimen they make."""
