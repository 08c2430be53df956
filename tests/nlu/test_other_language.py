"""Which messages are taken for another language: most that are, and no English one."""

from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot import ROOT
from bot.nlu.other_language import LANGUAGE, OtherLanguage, foreign_language, without_names

# Three words or more.
SENTENCES: Dict[str, List[str]] = {
    "fr": [
        "Est-ce que ce mouvement existe encore aujourd'hui ?",
        "quel rôle a joué alyssa milano",
        "jai besoin de parler a quelqu un",
        "qui a utilisé l'expression en premier",
        "Les hommes aussi peuvent-ils témoigner ?",
        "ca a changé quoi dans les entreprises",
        "c est quoi le rapport avec Weinstein",
        "Quel est ton avis sur la politique ?",
        "montre moi les sources stp",
        "Combien coûte un billet pour Lyon ?",
        "t es un robot ou pas",
        "rien à voir avec ma question",
    ],
    "es": [
        "¿El movimiento sigue activo hoy en día?",
        "que papel tuvo alyssa milano",
        "necesito hablar con alguien",
        "¿Los hombres también pueden participar?",
        "cuales fueron los resultados en las empresas",
        "eres un robot o una persona",
        "muestrame las fuentes",
        "¿Cuánto cuesta un vuelo a Lima?",
        "por favor explicame que paso con weinstein",
        "no sé de qué me hablas",
        "quien uso la frase primero",
        "Quiero información sobre Times Up",
    ],
    "de": [
        "Gibt es die Bewegung heute noch?",
        "welche rolle spielte alyssa milano",
        "ich muss mit jemandem reden",
        "Können auch Männer mitmachen?",
        "was hat sich in firmen geändert",
        "bist du ein roboter",
        "zeig mir die quellen",
        "Wie viel kostet ein Ticket nach Hamburg?",
        "von wem stammt der ausdruck",
        "das stimmt doch gar nicht",
        "erklaer mir bitte times up",
        "In welchem Jahr ging es los?",
    ],
    "pt": [
        "O movimento ainda existe hoje?",
        "qual foi o papel da alyssa milano",
        "preciso conversar com alguém",
        "Homens também podem participar?",
        "o que mudou nas empresas",
        "você é um robô",
        "mostre as fontes por favor",
        "quanto custa uma passagem para o Rio",
        "quem usou a frase primeiro",
        "não foi isso que eu perguntei",
    ],
    "it": [
        "Il movimento esiste ancora oggi?",
        "che ruolo ha avuto alyssa milano",
        "ho bisogno di parlare con qualcuno",
        "Anche gli uomini possono partecipare?",
        "cosa è cambiato nelle aziende",
        "sei un robot o una persona",
        "fammi vedere le fonti",
        "quanto costa un biglietto per Milano",
        "chi ha usato la frase per prima",
        "non era questa la mia domanda",
    ],
    "nl": [
        "Bestaat de beweging nog steeds?",
        "welke rol speelde alyssa milano",
        "ik moet met iemand praten",
        "Kunnen mannen ook meedoen?",
        "wat is er veranderd bij bedrijven",
        "ben je een robot of een mens",
        "laat me de bronnen zien",
        "hoeveel kost een kaartje naar Utrecht",
        "wie gebruikte de uitdrukking het eerst",
        "dat vroeg ik niet",
    ],
    "tr": [
        "Hareket hâlâ devam ediyor mu?",
        "alyssa milano nasıl bir rol oynadı",
        "biriyle konusmam lazim",
        "Erkekler de katılabilir mi?",
        "şirketlerde ne değişti",
        "sen robot musun",
        "kaynakları göster lütfen",
        "istanbul bileti ne kadar",
        "bu ifadeyi ilk kim kullandı",
        "sorduğum soru bu değildi",
    ],
    "hi": ["यह आंदोलन कब शुरू हुआ?", "Alyssa Milano ने क्या किया था", "मुझे किसी से बात करनी है"],
    "ar": ["هل ما زالت الحركة موجودة اليوم؟", "ماذا فعلت Alyssa Milano", "أريد أن أتحدث مع شخص ما"],
    "ru": ["Это движение ещё существует?", "что сделала Alyssa Milano", "мне нужно с кем-то поговорить"],
    "zh": ["这个运动现在还在吗?", "我想找人谈谈", "MeToo 有什么成果"],
    "ja": ["この運動は今も続いていますか?", "誰かと話したいです", "MeToo の意味は何ですか"],
    "ko": ["이 운동은 아직도 계속되나요?", "누군가와 이야기하고 싶어요", "MeToo 뜻이 뭐예요"],
}

ENGLISH = [
    "who is the 1st 1 to say it",
    "wat did tarana do b4 dat",
    "wich yr did it strat",
    "wat r da goals of dis movment",
    "wie started it",
    "y u no anser",
    "me want no more about burke",
    "please tell to me what are mean of times up",
    "in my contry nobody speak of this thing",
    "what means moi aussi",
    "what is #BalanceTonPorc about",
    "#QuellaVoltaChe #YoTambien #MoiAussi",
    "is ni una menos part of metoo",
    "translate me too into german",
    "how do i say thank you in français",
    "metoo france bollywood",
    "burke milano weinstein paltrow thurman",
    "MeToo à Paris",
    "le monde libération figaro metoo",
    "adèle haenel roman polanski césar",
    "penélope cruz gael garcía bernal",
    "del toro von trier de niro",
    "las vegas los angeles san diego",
    "an au pair in paris",
    "coup d'état of the patriarchy lol",
    "vis a vis hr dept",
    "what does नारी mean",
    "qwertz uiop asdf",
    "jkl sdf jkl wer oiu",
    "blah bla blabla",
    "lalala la la",
    "hmm mmm uh",
    "null",
    "hola",
    "bonjour",
    "si",
    "ja ja",
    "thx merci",
    "",
    "???",
    "12 34 56",
    "👍👍👍",
    "<b>hi</b>",
    "https://fr.example.org/qui-est/une-page?pour=vous",
    "send it to hans.und.die.anderen@example.de",
]

# Examples of the training data that are not English.
FOREIGN_EXAMPLES = {"Alyssa Milano, c'est qui", "délai de prescription pour agression sexuelle"}
# The safety guard stands before: in these, help is asked for in whatever language.
BEFORE_IT = {"care.yml"}
# Meant to be foreign.
FOREIGN = "other_languages.yml"


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> OtherLanguage:
    context = ExecutionContext(GraphSchema({}), "model")
    storage = LocalModelStorage(tmp_path_factory.mktemp("storage"))
    return OtherLanguage.create({}, storage, Resource("other language"), context)


def told(language: Language, text: str) -> Optional[str]:
    doc = language(text)
    return foreign_language(without_names(doc), len(doc.ents))


def understood(language: Language, component: OtherLanguage, text: str) -> Message:
    before = {"name": "ask_origin", "confidence": 0.5}
    message = Message({TEXT: text, SPACY_DOCS[TEXT]: language(text), INTENT: before})
    assert component.process([message]) == [message]
    return message


def examples_of(path: Path) -> List[str]:
    content: Dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [line[2:].strip() for block in content["nlu"] for line in block.get("examples", "").splitlines()]


def english_examples_of_the_training_data() -> List[str]:
    paths = sorted((ROOT / "data" / "nlu").glob("*.yml"))
    return [text for path in paths if path.name not in {*BEFORE_IT, FOREIGN} for text in examples_of(path)]


@pytest.mark.parametrize("code", SENTENCES)
def test_nearly_all_sentences_of_another_language_are_told(language: Language, code: str) -> None:
    missed = [text for text in SENTENCES[code] if told(language, text) != code]
    assert len(missed) <= len(SENTENCES[code]) // 10, missed


def test_what_is_told_is_told_rightly(language: Language) -> None:
    taken = {text: (code, told(language, text)) for code, texts in SENTENCES.items() for text in texts}
    assert {text: codes for text, codes in taken.items() if codes[1] not in (codes[0], None)} == {}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english_however_it_is_written(language: Language, text: str) -> None:
    assert told(language, text) is None


def test_no_english_example_of_the_training_data_is_taken_for_another_language(language: Language) -> None:
    examples = english_examples_of_the_training_data()
    assert len(examples) > 2000
    assert {text: code for text in examples if (code := told(language, text)) and text not in FOREIGN_EXAMPLES} == {}


def test_most_foreign_examples_of_the_training_data_are_told(language: Language) -> None:
    examples = examples_of(ROOT / "data" / "nlu" / FOREIGN)
    missed = [text for text in examples if told(language, text) is None]
    assert len(missed) < len(examples) / 3, missed


@pytest.mark.parametrize("text", ["kto założył metoo", "vad är metoo", "що таке рух MeToo", "می تو چیست"])
def test_a_language_that_there_is_no_sentence_in_is_not_taken_for_another(language: Language, text: str) -> None:
    assert told(language, text) is None


def test_accents_and_case_do_not_matter(language: Language) -> None:
    for text in (
        "¿Quién empezó el movimiento?",
        "QUIEN EMPEZO EL MOVIMIENTO",
        "quie\u0301n empezo\u0301 el movimiento",
    ):
        assert told(language, text) == "es"


def test_a_message_in_another_language_gets_the_intent_and_its_language(
    language: Language, component: OtherLanguage
) -> None:
    message = understood(language, component, "Wer hat MeToo gegründet?")
    assert message.get(INTENT) == {"name": "other_language", "confidence": 1.0}
    assert message.get(LANGUAGE) == "de"
    assert {INTENT, LANGUAGE} <= set(message.as_dict(only_output_properties=True))


def test_an_english_message_is_left_as_it_is(language: Language, component: OtherLanguage) -> None:
    message = understood(language, component, "Who started MeToo in France?")
    assert message.get(INTENT) == {"name": "ask_origin", "confidence": 0.5}
    assert message.get(LANGUAGE) is None


def test_a_message_without_a_text_is_left_as_it_is(component: OtherLanguage) -> None:
    message = Message({INTENT: {"name": "greet", "confidence": 1.0}})
    assert component.process([message]) == [message]
    assert message.get(INTENT)["name"] == "greet"
