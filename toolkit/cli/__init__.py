"""The desk: parse, call one function, print, exit."""

from toolkit.cli.desk import main

__all__ = ["main"]
