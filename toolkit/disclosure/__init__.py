"""What an audience may see: a snapshot's content by policy, pseudonyms, and the search for what slipped through."""

from toolkit.disclosure.columns import SnapshotTable
from toolkit.disclosure.leaks import Leak, Withheld
from toolkit.disclosure.pseudonyms import Pseudonyms, pseudonyms
from toolkit.disclosure.reading import Stream
from toolkit.disclosure.redacting import OTHER_SECTORS, RULES, Material, coarse_sectors, disclosed
from toolkit.disclosure.withholding import people_of, withheld

__all__ = [
    "OTHER_SECTORS",
    "RULES",
    "Leak",
    "Material",
    "Pseudonyms",
    "SnapshotTable",
    "Stream",
    "Withheld",
    "coarse_sectors",
    "disclosed",
    "people_of",
    "pseudonyms",
    "withheld",
]
