"""What makes a direction no regular dose: denied, conditional, cut off or left open."""
