"""What invented patients are prescribed: products, regimens and issues."""
