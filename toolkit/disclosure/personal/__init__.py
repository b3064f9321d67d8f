"""Personal data in the free text of audits: found, told by kind and place, and masked; no model, no network."""

from toolkit.disclosure.personal.allowing import Allowed, load_shipped
from toolkit.disclosure.personal.finding import Found, Kind
from toolkit.disclosure.personal.people import People
from toolkit.disclosure.personal.scanning import masked, masked_all, scan, scan_all

__all__ = ["Allowed", "Found", "Kind", "People", "load_shipped", "masked", "masked_all", "scan", "scan_all"]
