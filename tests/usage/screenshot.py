"""Takes a picture of the report on real conversations: those of tests/dialogues, held with a running assistant.

Every fifth reply gets a thumb: up where it answers or supports, down where it does not.
"""

import argparse
import itertools
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from bot import ROOT
from bot.dialogues import read_dialogues
from bot.processes import Assistant
from bot.training import model_path
from bot.usage.figures import Figures, first_day
from bot.usage.report import as_html, summary
from bot.usage.settings import parsed
from bot.usage.table import UsageTable
from tests.channels.client import Client
from tests.widget.conftest import started_chromium

_WEEKS = 8
_SHOWN = {"width": 1000, "height": 1120}


def main() -> None:
    """Hold the dialogues, make the report, take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images", help="where the picture goes")
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary:
        address = f"sqlite:///{temporary}/usage.db"
        with Assistant(model_path(), variables={"METOO_USAGE": address}) as assistant:
            assistant.wait_until_ready()
            _hold_all(assistant.port)
        page = Path(temporary) / "report.html"
        today = datetime.now(timezone.utc).date()
        figures = Figures(UsageTable(parsed(address)).counts(str(first_day(today, _WEEKS))), today, _WEEKS)
        page.write_text(as_html(figures, {}), encoding="utf-8")
        print(summary(figures))
        with started_chromium() as browser:
            shown = browser.new_page(viewport=_SHOWN)
            shown.goto(page.as_uri())
            shown.screenshot(path=folder / "report.png")
        print("report.png")


def _hold_all(port: int) -> None:
    gives_thumb = itertools.cycle([True, False, False, False, False])
    for dialogue in read_dialogues([ROOT / "tests" / "dialogues"]):
        client = Client(port).begin()
        for turn in dialogue.turns:
            reply = client.say(turn.visitor)
            if next(gives_thumb):
                useful = reply["kind"] in ("answer", "support")
                client.request("POST", "/chat/feedback", {"reply_id": reply["id"], "useful": useful})


if __name__ == "__main__":
    main()
