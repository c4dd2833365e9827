"""Slides as files: ZIP, PDF, PowerPoint and workbook, each the same bytes for the same pack on any day."""
