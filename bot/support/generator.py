"""Rasa's natural language generator, with what depends on more than the response's name made beside it.

Named in endpoints.yml:

nlg:
  type: bot.support.generator.SupportGenerator
"""

from typing import Any, Dict, Optional

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.reply import Reply
from bot.support.loading import shipped_support
from bot.support.need import Need
from bot.usage.settings import keeps_wordings

RESPONSE = "utter_support"
PRIVACY = "utter_privacy"


class SupportGenerator(TemplatedNaturalLanguageGenerator):
    """Answers `utter_support` by what the safety guard found in the latest message, and the rest from domain.yml.

    What `utter_privacy` says is true of the settings: where wordings are kept (METOO_USAGE_WORDINGS), it tells.

    It lives in Rasa's process: a disclosure is answered at once, whether or not the action server is there.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        """Take the domain's responses; the endpoint has no settings.

        Raises:
            bot.facts.StoreError: data/support has defects.
            bot.usage.UsageError: METOO_USAGE_WORDINGS is neither on nor off.
        """
        super().__init__((domain or Domain.empty()).responses)
        self._support = shipped_support()
        self._keeps_wordings = keeps_wordings()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """The message for a response (see Rasa's NaturalLanguageGenerator)."""
        need = Need.of(tracker.latest_message.parse_data) if tracker.latest_message else None
        if utter_action == RESPONSE and need:
            return self._support.reply(need).as_message()
        if utter_action == PRIVACY and self._keeps_wordings:
            return Reply.worded("privacy_with_wordings").as_message()
        return await super().generate(utter_action, tracker, output_channel, **kwargs)
