"""How a product text is taken apart: names, strengths, form, route, and what of it is converted."""
