"""A return measured against what its organisation was asked: queries, never an exception, never only the first."""

from toolkit.intake.validation.measuring import complete, is_answered, validate
from toolkit.intake.validation.personal import personal_data, without_personal_data

__all__ = ["complete", "is_answered", "personal_data", "validate", "without_personal_data"]
