"""A file tried before it is loaded: how it is read, what each column becomes, and a draft of a layout."""
