"""What a published page must be before anybody sees it."""

from __future__ import annotations


def check_html(html: str) -> list[str]:
    """What is wrong with a page, one sentence each; empty when it may be published."""
    raise NotImplementedError
