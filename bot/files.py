"""Writing a file so that nobody ever finds half of it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int = 0o666, replace: bool = True) -> None:
    """Write a file whole or not at all, also where the machine stops meanwhile.

    Args:
        path: where, in a folder that is there.
        content: what.
        mode: who may read and write it, less what the process's umask takes away.
        replace: whether to put it in place of a file that is there; if not, that one is left alone.

    Raises:
        OSError: it can't be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            with suppress(FileExistsError):
                os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
