"""Statistics of the reports: values and frames in, frames out, no drawing and no files."""
