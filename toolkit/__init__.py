"""Issue, receive, compare and report self-assessment audits against domestic abuse and sexual assault standards."""

import os

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through all that is installed for some
