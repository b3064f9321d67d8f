"""What is due, the run it implies, and installing it with the system's own scheduler."""

from toolkit.schedule.due import in_words, is_due, last_due, next_due
from toolkit.schedule.installing import (
    Plan,
    System,
    carry_out,
    crontab_now,
    install_plan,
    remove_plan,
    usual_system,
)
from toolkit.schedule.running import Finished, last_finished, log_file, run

__all__ = [
    "Finished",
    "Plan",
    "System",
    "carry_out",
    "crontab_now",
    "in_words",
    "install_plan",
    "is_due",
    "last_due",
    "last_finished",
    "log_file",
    "next_due",
    "remove_plan",
    "run",
    "usual_system",
]
