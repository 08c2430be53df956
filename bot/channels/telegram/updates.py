"""Reading Telegram's updates: whether somebody means the assistant, and what they ask."""

from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence

# What the commands of the bot mean to Rasa.
COMMANDS = {"start": "/greet", "help": "/ask_capabilities", "delete": "/delete_chat"}
# What reading something of another shape ends with; a number may also be infinite.
_OTHER_SHAPE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
# What a message may hold besides text that somebody may expect to be looked at.
_UNREADABLE = (
    *("photo", "voice", "video", "video_note", "audio", "document", "sticker", "animation", "story"),
    *("location", "venue", "contact", "poll", "dice", "paid_media", "checklist"),
)


class Place(NamedTuple):
    """Where a reply goes: a chat, in a group also the message that it replies to and the topic."""

    chat_id: int
    reply_to: Optional[int] = None
    topic: Optional[int] = None

    def fields(self) -> Dict[str, Any]:
        """The fields of sendMessage for it."""
        fields: Dict[str, Any] = {"chat_id": self.chat_id}
        if self.reply_to is not None:
            fields["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        if self.topic is not None:
            fields["message_thread_id"] = self.topic
        return fields


class Written(NamedTuple):
    """A message that is meant for the assistant."""

    place: Place
    user_id: int
    # Without the mention of the bot; empty where there is only a picture or the like.
    text: str
    # "start" of "/start"; what comes behind it is the text.
    command: Optional[str]
    # Several pictures that are sent at once share this.
    album: Optional[str]


def read_message(message: Any, bot_id: int, username: str) -> Optional[Written]:
    """What somebody wrote to the assistant; None where a message is not meant for it, or is of a kind not known yet.

    Args:
        message: the message of an update.
        bot_id: the bot's own id.
        username: the bot's own name, without @; empty while it is not known.
    """
    try:
        return _written(message, bot_id, username)
    except _OTHER_SHAPE:
        return None


class _Addressed(NamedTuple):
    """A text without the words that address the bot, the command in it, and whether it is addressed at all."""

    text: str
    command: Optional[str]
    is_addressed: bool


def _written(message: Any, bot_id: int, username: str) -> Optional[Written]:
    chat_id, is_private = int(message["chat"]["id"]), message["chat"]["type"] == "private"
    user_id, is_bot = int(message["from"]["id"]), message["from"]["is_bot"]
    text = message.get("text") or message.get("caption") or ""
    is_unreadable = any(kind in message for kind in _UNREADABLE)
    if is_bot or not (text or is_unreadable):
        return None  # another bot, or "somebody joined"
    addressed = _addressed(text, message.get("entities") or message.get("caption_entities") or (), bot_id, username)
    if addressed is None:
        return None  # a command for another bot
    answers_bot = ((message.get("reply_to_message") or {}).get("from") or {}).get("id") == bot_id
    if not (is_private or addressed.is_addressed or answers_bot):
        return None  # others talk with each other
    place = Place(chat_id) if is_private else Place(chat_id, message.get("message_id"), _topic(message))
    text, command = addressed.text.strip(), addressed.command
    if not text and not command and not is_unreadable:
        command = "help"  # called by name, without a question
    album = message.get("media_group_id")
    return Written(place, user_id, text, command, album if isinstance(album, str) else None)


def _addressed(text: str, entities: Sequence[Any], bot_id: int, username: str) -> Optional[_Addressed]:
    """What is said to the bot; None where it is a command for another one."""
    own = f"@{username}".lower() if username else None
    command, is_addressed = None, False
    for entity, words in [(entity, _part(text, entity["offset"], entity["length"])) for entity in entities]:
        if entity.get("type") == "bot_command" and entity["offset"] == 0:
            name, _, to = words[1:].lower().partition("@")
            if to and f"@{to}" != own:
                return None
            if name in COMMANDS:
                command, text, is_addressed = name, text.replace(words, "", 1), True
            elif to:
                text, is_addressed = text.replace(words, f"/{name}", 1), True
        elif _is_mention(entity, words, own, bot_id):
            text, is_addressed = text.replace(words, " ", 1), True
    return _Addressed(text, command, is_addressed)


def _is_mention(entity: Mapping[str, Any], words: str, own: Optional[str], bot_id: int) -> bool:
    if entity.get("type") == "text_mention":
        return bool((entity.get("user") or {}).get("id") == bot_id)
    return bool(entity.get("type") == "mention" and words.lower() == own)


class Pressed(NamedTuple):
    """A button that somebody has pressed."""

    id: str
    place: Place
    user_id: int
    data: str


def read_press(query: Any) -> Optional[Pressed]:
    """The button that was pressed; None where it was none of the assistant's."""
    try:
        message = query["message"]
        chat_id, is_private = int(message["chat"]["id"]), message["chat"]["type"] == "private"
        place = Place(chat_id) if is_private else Place(chat_id, int(message["message_id"]), _topic(message))
        return Pressed(str(query["id"]), place, int(query["from"]["id"]), str(query["data"]))
    except _OTHER_SHAPE:
        return None


def read_leaving(change: Any) -> Optional[int]:
    """The private chat in which the bot was blocked; None where something else changed."""
    try:
        is_gone = change["chat"]["type"] == "private" and change["new_chat_member"]["status"] in ("kicked", "left")
        return int(change["chat"]["id"]) if is_gone else None
    except _OTHER_SHAPE:
        return None


def _topic(message: Mapping[str, Any]) -> Optional[int]:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _part(text: str, offset: int, length: int) -> str:
    """A part of a text whose place is counted in UTF-16 units, as Telegram counts."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
