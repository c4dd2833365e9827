"""From letters to tokens: the words of directions, and what is misspelt, misplaced or beside the dose."""
