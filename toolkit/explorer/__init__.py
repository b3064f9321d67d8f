"""The explorer: widgets in JupyterLab over the same functions as the reports; no logic of their own.

Opening it needs neither charts nor widgets: the notebook takes them from `widgets`, and they theirs from `choosing`.
"""

from toolkit.explorer.opening import open_explorer, prepare

__all__ = ["open_explorer", "prepare"]
