"""Personal data in the free text of audits: found, told by kind and place, and masked; no model, no network."""

from toolkit.disclosure.personal.allowing import Allowed
from toolkit.disclosure.personal.finding import Found, Kind
from toolkit.disclosure.personal.scanning import masked, masked_all, people_pattern, scan, scan_all, without_people

__all__ = ["Allowed", "Found", "Kind", "masked", "masked_all", "people_pattern", "scan", "scan_all", "without_people"]
