"""One function per exhibit: ask, analyse, draw, say. Each is made once and shown on a page and on a slide."""
