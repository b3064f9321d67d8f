"""Imported, it has imported and compiled what pages need: workers are forked from a server that begins with it."""

from toolkit.publishing.page import compile_template

compile_template()
