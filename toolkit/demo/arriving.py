"""Let the returned files of a region arrive: each batch into the inbox, received as at its day."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError
from toolkit.intake.receiving import receive
from toolkit.project import open_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.demo.truth import Region
    from toolkit.records import Receipt


def receive_region(region: Region) -> Iterator[Receipt]:
    """Receive every batch of a region in the order of time, one receipt a file.

    The files under `returned/` stay where they are; copies go through `audits/inbox/`.

    Raises:
        FileAccessError: a file cannot be copied into the inbox.
    """
    project = open_project(region.root)
    for batch in region.batches:
        for file in batch.files:
            try:
                shutil.copyfile(file, project.inbox / file.name)
            except OSError as error:
                raise FileAccessError(
                    f"{file} cannot be copied into {project.inbox} ({error.strerror}); check that you may write there."
                ) from error
        yield from receive(project, received_at=batch.received_at)
