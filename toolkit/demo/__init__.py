"""The synthetic region: invented organisations, two cycles of returns, some of them messy, and what is true of them."""

from toolkit.demo.arriving import receive_region
from toolkit.demo.region import make_region
from toolkit.demo.truth import Batch, Expected, ExpectedFile, Region

__all__ = ["Batch", "Expected", "ExpectedFile", "Region", "make_region", "receive_region"]
