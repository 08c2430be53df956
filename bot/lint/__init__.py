"""The curator's lint: what is wrong with the store, the phrases and the words without being broken, and what to write.

Some of it only a trained model can tell; that part is imported where it is asked for, since Rasa takes seconds to.
"""

from pathlib import Path
from typing import Callable, List

from bot import ROOT
from bot.facts import FactStore
from bot.facts.problems import Check
from bot.lint.ages import check_ages
from bot.lint.code import read_code
from bot.lint.contradictions import check_contradictions
from bot.lint.labels import check_labels
from bot.lint.length import check_length
from bot.lint.phrases import read_phrases
from bot.lint.readings import ModelError
from bot.lint.shapes import check_shapes
from bot.lint.titles import check_titles
from bot.lint.wording import check_asked, check_unused

__all__ = ["ModelError", "OnProgress", "errors", "with_model", "without_model"]

# Is told what is being done, and which share of it is done, from 0 to 1.
OnProgress = Callable[[str, float], None]


def errors(store: FactStore, root: Path = ROOT) -> List[Check]:
    """What has to be mended before training: it would teach two things at once, or fail in front of a visitor.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
    """
    shapes = check_shapes(root)
    if shapes.problems:
        return [shapes]
    phrases = read_phrases(root, store)
    return [
        shapes,
        check_labels(phrases, store, root),
        check_contradictions(phrases),
        check_asked(read_code(root), store, root),
    ]


def without_model(store: FactStore, root: Path = ROOT) -> List[Check]:
    """What can be judged without a model.

    Raises:
        bot.facts.sources.SourceError: a file cannot be read.
        bot.facts.StoreError: the background collection or the support lines have defects.
    """
    return [
        check_unused(read_code(root), read_phrases(root, store), store, root),
        check_titles(root),
        check_length(store, root),
        check_ages(root),
    ]


def with_model(store: FactStore, model: Path, on_progress: OnProgress, root: Path = ROOT) -> List[Check]:
    """What the trained model tells of the questions, phrases and suggestions.

    Raises:
        ModelError: the model can't be used.
        bot.facts.sources.SourceError: a file cannot be read.
    """
    on_progress("Loading the model", 0)
    from bot.lint.misread import check_misread
    from bot.lint.near import check_near_repeats
    from bot.lint.questions import check_questions
    from bot.lint.reach import check_reach
    from bot.lint.replies import Replies
    from bot.lint.suggestions import check_suggestions
    from bot.lint.understanding import Understanding

    phrases = read_phrases(root, store)
    understanding = Understanding(model)
    reply_to = Replies(understanding, lambda share: on_progress("Asking every question and suggestion", share), root)
    on_progress("Reading every phrase", 0)
    readings = understanding.readings(phrases)
    return [
        check_questions(phrases, readings),
        check_reach(phrases, store, reply_to),
        check_suggestions(reply_to, root),
        check_near_repeats(phrases, readings, lambda share: on_progress("Comparing every phrase", share)),
        check_misread(phrases, readings),
    ]
