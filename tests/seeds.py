"""What programs print under other hash seeds: whatever hangs on the order of a set differs from process to process."""

from __future__ import annotations

import os
import subprocess
import sys


def under_seeds(program: str) -> set[str]:
    """The different outputs of a program in processes with three hash seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in "123"
    }
