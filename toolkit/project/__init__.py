"""`toolkit.toml` and `register.csv` read into typed objects, and where a project's folders are."""

from toolkit.project.audiences import AUDIENCES, AudienceName, Audiences, Policy
from toolkit.project.creating import copy_templates, create_project, shipped_templates
from toolkit.project.key import pseudonym_secret
from toolkit.project.register import REGISTER_COLUMNS, read_register
from toolkit.project.settings import (
    SETTINGS_FILE,
    Area,
    Cycle,
    Project,
    Schedule,
    Settings,
    SmallNumbers,
    Thresholds,
    find_project,
    open_project,
)

__all__ = [
    "AUDIENCES",
    "REGISTER_COLUMNS",
    "SETTINGS_FILE",
    "Area",
    "AudienceName",
    "Audiences",
    "Cycle",
    "Policy",
    "Project",
    "Schedule",
    "Settings",
    "SmallNumbers",
    "Thresholds",
    "copy_templates",
    "create_project",
    "find_project",
    "open_project",
    "pseudonym_secret",
    "read_register",
    "shipped_templates",
]
