"""Which machine a measurement was made on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """The processor's name and the number of its cores."""
    names = [platform.processor() or platform.machine()]
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")] or names
    return f"{names[0]}, {os.cpu_count()} cores"
