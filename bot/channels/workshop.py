"""For the makers: why the latest message of a web conversation was answered as it was. Never open where visitors are.

`python -m bot chat` opens it beside the web channel, on the loopback address; credentials.yml does not name it. Who
asks has to hold the conversation's token.
"""

from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot import ROOT
from bot.channels.agent import conversations_of, ready_agent
from bot.channels.http import Routes, bearer_token, not_ready, unauthorized
from bot.channels.web.channel import sender_id_of
from bot.stories import Stories, is_shown, turns_of


class WorkshopChannel(InputChannel):
    """GET /workshop/turn: the latest turn as Rasa keeps it.

    {"understood": what the pipeline set on the message, "slots": {name: value} as they are now, "events": in their
    order, {"action": name, "policy": name, "confidence": 0 to 1, "followed": [name of a rule or story, …]} or {"slot":
    name, "value": what an action or a name set it to}}. Nothing is left of a conversation that the visitor had erased
    by a message: then `understood` and `events` are empty.
    """

    def __init__(self) -> None:
        """There is nothing to configure."""
        self._stories: Optional[Stories] = None

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa's events."""
        return "workshop"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "WorkshopChannel":
        """Make the channel."""
        return cls()

    def url_prefix(self) -> str:
        """The channel lives beside the web channel."""
        return "/workshop"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one route."""
        blueprint = Blueprint("workshop_channel", strict_slashes=True)
        routes = Routes(blueprint, ())

        @routes.add("/turn", "GET")
        async def turn(request: Request) -> HTTPResponse:
            agent, conversations = ready_agent(request.app), conversations_of(request.app)
            if agent is None or agent.domain is None or conversations is None:
                raise not_ready()
            sender_id = sender_id_of(bearer_token(request))
            tracker = await conversations.retrieve(sender_id) if await conversations.exists(sender_id) else None
            if tracker is None:
                raise unauthorized()
            return json_response(self._explained(tracker, agent.domain))

        routes.add_nothing_elsewhere()
        return blueprint

    def _explained(self, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
        events = list(tracker.events)
        uttered = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
        message = tracker.latest_message
        return {
            "understood": message.parse_data if uttered and message else {},
            "events": self._followed(events, uttered[-1], domain) if uttered else [],
            "slots": tracker.current_slot_values(),
        }

    def _followed(self, events: List[Event], latest: int, domain: Domain) -> List[Dict[str, Any]]:
        """What followed the latest message, which is the event of this number."""
        if self._stories is None:
            self._stories = Stories(ROOT / "data" / "stories", domain)
        explained: List[Dict[str, Any]] = []
        for index, event in enumerate(events[latest:], latest):
            if isinstance(event, SlotSet):
                explained.append({"slot": event.key, "value": event.value})
            elif isinstance(event, ActionExecuted) and is_shown(event):
                followed = self._stories.followed(event.policy or "", turns_of(events[: index + 1]))
                chosen = {"action": event.action_name, "policy": event.policy, "confidence": event.confidence}
                explained.append({**chosen, "followed": followed})
        return explained
