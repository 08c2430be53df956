"""An assistant that answers questions about the #MeToo movement from a curated fact store."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
