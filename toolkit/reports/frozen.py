"""Imported last of what a server of workers begins with: neither they nor it ever look for garbage in that again."""

import gc

gc.freeze()
gc.enable()
