"""Training examples that repeat, or nearly repeat, questions that understanding is measured on.

    python -m benchmarks.copies --questions FILE [--record]

FILE holds a JSON object a line, with the visitor's messages under "turns". `--record` replaces the hashes in
tests/nlu/held_out.txt, by which a test sees that no training example is one of them without knowing the questions.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Iterator, List, Sequence, Tuple

from rasa.shared.nlu.constants import TEXT

from bot import ROOT
from bot.lint.phrases import has_words, normalised
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.importer import FactStoreImporter

HASHES = ROOT / "tests" / "nlu" / "held_out.txt"
TOO_NEAR = 0.97


def hashed(text: str) -> str:
    """The sha256 of a text's normalised form, in hexadecimal."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def near_copies(examples: Sequence[str], questions: Sequence[str]) -> Iterator[Tuple[float, str, str]]:
    """Pairs of an example and the question that it is too near to, with their cosine.

    Texts without a letter or digit are left out: to the encoder they are all the same.
    """
    worded = [list(filter(has_words, texts)) for texts in (examples, questions)]
    encoder = SentenceEncoder()
    cosines = encoder.encode(worded[0]) @ encoder.encode(worded[1]).T
    for example, row in zip(worded[0], cosines, strict=True):
        if row.max() > TOO_NEAR:
            yield float(row.max()), example, worded[1][int(row.argmax())]


def questions_of(path: Path) -> List[str]:
    """Every message of a file of questions, each once."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted({turn for line in lines for turn in json.loads(line)["turns"]})


def examples_of_the_files() -> List[str]:
    """Every training example under data/nlu; the store's own questions, which buttons send, are not among them."""
    files = [str(path) for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))]
    importer = super(FactStoreImporter, FactStoreImporter(training_data_paths=files))
    return [message.get(TEXT) for message in importer.get_nlu_data().intent_examples]


def main() -> None:
    """List the copies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=Path, required=True, help="a JSON object a line, with `turns`")
    parser.add_argument("--record", action="store_true", help=f"replace the hashes in {HASHES.relative_to(ROOT)}")
    options = parser.parse_args()
    examples, questions = examples_of_the_files(), questions_of(options.questions)
    hashes = {hashed(question) for question in questions}
    same = [example for example in examples if hashed(example) in hashes]
    near = list(near_copies(examples, questions))
    for example in same:
        print(f"the same     {example}")
    for cosine, example, question in near:
        print(f"cosine {cosine:.3f} {example}  ~  {question}")
    print(f"{len(examples)} examples, {len(questions)} questions: {len(same)} the same, {len(near)} too near.")
    if options.record:
        HASHES.write_text("".join(f"{each}\n" for each in sorted(hashes)), encoding="utf-8")


if __name__ == "__main__":
    main()
