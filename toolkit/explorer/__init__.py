"""The explorer: widgets in JupyterLab over the same functions as the reports; no logic of their own."""

from toolkit.explorer.choosing import Choice, narrowed, picture, responses_table
from toolkit.explorer.opening import open_explorer, prepare
from toolkit.explorer.widgets import Explorer

__all__ = ["Choice", "Explorer", "narrowed", "open_explorer", "picture", "prepare", "responses_table"]
