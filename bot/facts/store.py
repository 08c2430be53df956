"""The store in memory: looked up by id, topic and name."""

from typing import Dict, Iterable, List, Mapping, Sequence, Tuple, Union

from bot.facts.schema import Fact, Kind, Misconception, Name, Topic

# Stands in a topic's introduction for the places that there are facts about: "in France and in Bollywood".
IN_REGIONS = "{in_regions}"


class FactStore:
    """Facts, topics and names that have passed every check. Immutable; look-ups cost the same at any size."""

    def __init__(
        self,
        facts: Sequence[Fact],
        topics: Sequence[Topic],
        names: Sequence[Name],
        documents: Mapping[str, str],
        misconceptions: Sequence[Misconception] = (),
    ) -> None:
        """Index what was loaded.

        Args:
            facts: all facts, in the order in which a topic or a person's facts are told.
            topics: all topics.
            names: all names.
            documents: the text of each document, by file name.
            misconceptions: what is to be corrected.
        """
        self.facts: Tuple[Fact, ...] = tuple(facts)
        self.names: Tuple[Name, ...] = tuple(names)
        self.documents = dict(documents)
        self.misconceptions: Tuple[Misconception, ...] = tuple(misconceptions)
        self._fact_by_id: Dict[str, Fact] = {fact.id: fact for fact in facts}
        self._name_by_name: Dict[str, Name] = {name.name: name for name in names}
        self._facts_by_topic = _grouped((fact.topic, fact) for fact in facts)
        self._facts_by_name = _grouped((name, fact) for fact in facts for name in _subjects(fact))
        self._regions = tuple(self._regions_in_order())
        self.topics: Tuple[Topic, ...] = tuple(self._completed(topic) for topic in topics)
        self._topic_by_id: Dict[str, Topic] = {topic.id: topic for topic in self.topics}
        self._topic_by_intent = {topic.intent: topic for topic in self.topics}
        self._misconception_by_id: Dict[str, Misconception] = {each.id: each for each in misconceptions}
        entries: List[Union[Topic, Fact]] = [*self.topics, *self.facts]
        self._entry_by_question: Dict[str, Union[Topic, Fact]] = {entry.questions[0]: entry for entry in entries}

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id.

        Raises:
            KeyError: there is none.
        """
        return self._fact_by_id[fact_id]

    def has_fact(self, fact_id: str) -> bool:
        """Whether there is a fact with this id."""
        return fact_id in self._fact_by_id

    def topic(self, topic_id: str) -> Topic:
        """The topic with this id.

        Raises:
            KeyError: there is none.
        """
        return self._topic_by_id[topic_id]

    def topic_of_intent(self, intent: str) -> "Topic | None":
        """The topic that an intent asks about, None for an intent that is no topic."""
        return self._topic_by_intent.get(intent)

    def facts_of_topic(self, topic_id: str) -> List[Fact]:
        """All facts of a topic, in the order of the files."""
        return list(self._facts_by_topic.get(topic_id, ()))

    def whole_topic(self, topic_id: str) -> List[Fact]:
        """The facts that answer a question about the topic as a whole."""
        return [self.fact(fact_id) for fact_id in self.topic(topic_id).facts]

    def next_questions(self, topic_id: str, shown: Sequence[Fact], most: int = 3) -> List[Tuple[str, str]]:
        """What visitors ask after having been shown facts of a topic.

        Args:
            topic_id: the topic that they were shown facts of.
            shown: those facts.
            most: how many questions to give at most.

        Returns:
            Pairs of a title for a button and the question itself; first the whole topic, where only some of it was
            shown, then what the topic names as `next`. Nothing leads back to what was just shown.
        """
        topic = self.topic(topic_id)
        seen = {fact.id for fact in shown}
        questions: Dict[str, str] = {}
        for entry_id in (topic_id, *topic.next):
            entry = self._topic_by_id.get(entry_id) or self.fact(entry_id)
            gives = set(entry.facts) if isinstance(entry, Topic) else {entry.id}
            if not gives <= seen and (entry_id != topic_id or len(gives) > 1):
                questions.setdefault(entry.title, entry.questions[0])
        return list(questions.items())[:most]

    def facts_about(self, name: str) -> List[Fact]:
        """The facts about a person, an organisation or a place, named as in names.yml, in the order of the files."""
        return list(self._facts_by_name.get(name, ()))

    def facts_asked_by(self, question: str) -> List[Fact]:
        """The facts that answer the first question of a fact or a topic, which its button sends; none for any other."""
        entry = self._entry_by_question.get(question)
        if entry is None:
            return []
        return self.whole_topic(entry.id) if isinstance(entry, Topic) else [entry]

    def misconception(self, misconception_id: str) -> Misconception:
        """The misconception with this id.

        Raises:
            KeyError: there is none.
        """
        return self._misconception_by_id[misconception_id]

    def kind_of(self, name: str) -> "Kind | None":
        """What a name is the name of, None for a name that the store does not know."""
        known = self._name_by_name.get(name)
        return known.kind if known else None

    def nearest_region(self, region: str) -> "str | None":
        """The region whose facts come nearest to one that no document has, None where there is none."""
        known = self._name_by_name.get(region)
        return known.nearest if known else None

    def regions(self) -> List[str]:
        """The regions that facts are about before any other place, in order."""
        return list(self._regions)

    def _regions_in_order(self) -> Dict[str, None]:
        first = dict.fromkeys(fact.about.places[0] for fact in self.facts if fact.about.places)
        return {place: None for place in first if self.kind_of(place) is Kind.REGION}

    def _completed(self, topic: Topic) -> Topic:
        """The topic with what later documents add to it, and with its regions named.

        Of a document that the topic's list knows nothing of, that is the first fact about each place.
        """
        listed = [self._fact_by_id[fact_id] for fact_id in topic.facts if fact_id in self._fact_by_id]
        documents = {fact.document for fact in listed}
        added: Dict[Tuple[str, str], str] = {}
        for fact in self.facts_of_topic(topic.id):
            if fact.document not in documents:
                added.setdefault((fact.document, "".join(fact.about.places[:1])), fact.id)
        regions = enumerated([f"in {region}" for region in self.regions()])
        return topic.copy(
            update={"facts": [*topic.facts, *added.values()], "intro": topic.intro.replace(IN_REGIONS, regions)}
        )


def enumerated(names: Sequence[str]) -> str:
    """Names as a text gives them: "France", "France and Bollywood", "France, Bollywood and Sweden"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _subjects(fact: Fact) -> List[str]:
    return [*fact.about.people, *fact.about.organisations, *fact.about.places]


def _grouped(pairs: Iterable[Tuple[str, Fact]]) -> Dict[str, List[Fact]]:
    groups: Dict[str, List[Fact]] = {}
    for key, fact in pairs:
        groups.setdefault(key, []).append(fact)
    return groups
