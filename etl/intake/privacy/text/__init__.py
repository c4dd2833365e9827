"""What a text gives away: numbers, names, dates of birth and written forms, whatever their disguise."""
