"""Personal data in the free text of audits: found, told by kind and place, and masked; no model, no network."""

from toolkit.disclosure.personal.allowing import Allowed
from toolkit.disclosure.personal.finding import Found, Kind
from toolkit.disclosure.personal.scanning import masked, scan, scan_all

__all__ = ["Allowed", "Found", "Kind", "masked", "scan", "scan_all"]
