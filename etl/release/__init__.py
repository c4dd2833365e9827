"""What a release holds beside its models: source rows, readings of texts, receipts, published counts."""
