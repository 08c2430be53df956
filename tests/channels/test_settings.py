"""Which channels are on, by credentials.yml and environment variables."""

from pathlib import Path

import pytest
from rasa.shared.exceptions import RasaException

from bot.channels.settings import settings_of, with_channels_of_environment
from bot.processes import Assistant, StartError

WEB = "bot.channels.web.WebChannel"
TELEGRAM = "bot.channels.telegram.TelegramChannel"
NAMES = ("token", "api_url")


def test_a_channel_is_off_without_settings() -> None:
    assert with_channels_of_environment({WEB: None}, {"METOO_TELEGRAM_TOKEN": "", "PATH": "/bin"}) == {WEB: None}
    assert with_channels_of_environment(None, {}) == {}


def test_a_variable_opens_a_channel_and_is_written_nowhere() -> None:
    opened = with_channels_of_environment({WEB: None}, {"METOO_TELEGRAM_TOKEN": "secret"})
    assert opened == {WEB: None, TELEGRAM: {}}


def test_an_entry_stays_as_it_is() -> None:
    entry = {TELEGRAM: {"token": "of the file"}}
    assert with_channels_of_environment(entry, {"METOO_TELEGRAM_TOKEN": "of the environment"}) == entry


def test_a_variable_counts_more_than_an_entry() -> None:
    given = settings_of("telegram", NAMES, {"token": "a", "api_url": "b"}, {"METOO_TELEGRAM_TOKEN": "c"})
    assert given == {"token": "c", "api_url": "b"}


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_setting_is_none(empty: object) -> None:
    assert settings_of("telegram", NAMES, {"token": empty}, {"METOO_TELEGRAM_API_URL": ""}) == {}


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(RasaException, match=r"telegram has no setting tokn. It knows token, api_url"):
        settings_of("telegram", NAMES, {"tokn": "x"}, {})
    with pytest.raises(RasaException, match=r"METOO_TELEGRAM_TOKN is unknown.*METOO_TELEGRAM_TOKEN"):
        settings_of("telegram", NAMES, {}, {"METOO_TELEGRAM_TOKN": "x"})


def test_a_wrong_setting_is_a_line_at_the_start(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METOO_TELEGRAM_TOKEN", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
    with pytest.raises(StartError) as raised, Assistant(model) as assistant:
        assistant.wait_until_ready()
    message = str(raised.value)
    assert message.startswith("Rasa ended while starting. The telegram channel is on but has no webhook_url: set ")
    assert "\n" not in message and "\x1b" not in message
