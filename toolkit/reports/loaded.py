"""Imported, it has everything imported that runs need: workers are forked from a server that begins with it."""

import gc

from toolkit.reports.execution import load

gc.disable()  # nothing of it is garbage; `frozen` turns it on again
load()
