"""The explorer: widgets in JupyterLab over the same functions as the reports; no logic of their own."""

from toolkit.explorer.choosing import Choice, picture, responses
from toolkit.explorer.opening import open_explorer, prepare
from toolkit.explorer.widgets import Explorer, explore

__all__ = ["Choice", "Explorer", "explore", "open_explorer", "picture", "prepare", "responses"]
