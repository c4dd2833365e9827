"""Whether receipts, landing, quarantine and the release served agree with each other."""
