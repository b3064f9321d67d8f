"""Imported, it has everything imported that runs need: workers are forked from a server that begins with it."""

from toolkit.reports.execution import load

load()
