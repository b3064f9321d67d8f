"""From the folder where documents are staged to where their audience finds them, once nothing in them leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError, PublishingError
from toolkit.publishing.forms import FORMS, file_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.disclosure import Withheld


def cleared(staged: Iterable[Path], folder: Path, withheld: Withheld, audience: str) -> None:
    """Search the staged files of one document in all its forms for what their audience may not see.

    Where one leaks, nothing of the document stays, neither staged nor in the folder, earlier files in any form among
    it.

    Args:
        staged: the document's files.
        folder: where its audience finds it.
        withheld: what the audience may not see.
        audience: who that is, for the message.

    Raises:
        PublishingError: a file leaks; the sentence names file, place and kind of the secret, never the secret.
        FileAccessError: a file cannot be read, or one that leaks cannot be removed.
    """
    files = tuple(staged)
    try:
        for path in files:
            refuse_leaks(path.name, _read(path), withheld, audience)
    except PublishingError:
        for path in files:
            for form in FORMS:
                _remove(file_of(folder / path.stem, form))
            _remove(path)
        raise


def put_out(staged: Iterable[Path], folder: Path) -> tuple[Path, ...]:
    """Move staged files to where their readers find them, one right after the other, each at once and whole.

    Returns:
        Where they are now.

    Raises:
        FileAccessError: a file cannot be moved, for example because somebody has it open.
    """
    moved = []
    for path in staged:
        target = folder / path.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        except OSError as error:
            raise FileAccessError(
                f"{target} cannot be replaced ({error.strerror}); close it where it is open and make the reports again."
            ) from error
        moved.append(target)
    return tuple(moved)


def sweep(folder: Path, made: Iterable[Path], withheld: Withheld, audience: str) -> list[str]:
    """Take away what stands in a folder from before and may not be there now, after a change of policy or of names.

    Args:
        folder: where an audience finds its set.
        made: files that have passed the check already.
        withheld: what the audience may not see.
        audience: who that is, for the sentences.

    Returns:
        A sentence for each file that was taken away.

    Raises:
        FileAccessError: a file cannot be read or removed.
    """
    found = []
    passed = {path.name for path in made}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name in passed or path.suffix.removeprefix(".") not in FORMS:
            continue
        try:
            refuse_leaks(path.name, _read(path), withheld, audience)
        except PublishingError as error:
            _remove(path)
            found.append(f"{path} from an earlier run was taken away: {error}")
    return found


def refuse_leaks(name: str, content: bytes, withheld: Withheld, audience: str) -> None:
    """Raises PublishingError with the first thing in a file that its audience may not see, and how many others."""
    from toolkit.publishing.revealing import streams_of

    try:
        found = withheld.leaks(streams_of(name, content))
    except PublishingError as error:
        raise PublishingError(f"{name} was not published, because it could not be searched: {error}") from error
    if found:
        more = f", and {len(found) - 1} more such" if len(found) > 1 else ""
        raise PublishingError(
            f"{name} was not published: {found[0].place} has {found[0].kind}, which the audience {audience} may not "
            f"see{more}; look there in its executed notebook and correct the template, or the policy in toolkit.toml."
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileAccessError(f"{path} cannot be read ({error.strerror}); make the reports again.") from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be removed ({error.strerror}); close it where it is open, delete it and do not send it."
        ) from error
