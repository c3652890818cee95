"""Holds llava4j's `chat` and `generate` against Hugging Face transformers, on a language model with a chat template.

    python src/test/python/check_chat.py MODEL [--jar target/llava4j.jar] [--max-new-tokens 40] [--count 20]

Needs what requirements.txt lists, and the jar. Both sides continue the same texts, transformers by generate(do_sample=False):

    raw        `generate` with the question as it stands, no template: prompt ids and generated ids
    template   `generate` with what apply_chat_template makes of the question: prompt ids and generated ids
    chat       `chat`, each question a conversation of its own: its answer against the text of the ids of "template"

transformers computes in float32 with the weights widened, as llava4j does; in bfloat16 every product would be rounded to 8
bits, and greedy decoding then goes other ways. Where two continuations part, transformers' two largest logits at that token
are printed: if they are a rounding apart, the two are a tie.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers

QUESTIONS = [
    "Why is the sky blue?", "What is the capital of France?", "Write a short poem about the sea.", "Explain photosynthesis to a child.",
    "List three fruits that are red.", "What is 7 times 8?", "Who wrote Hamlet?", "Translate 'good morning' to Spanish.",
    "How do I boil an egg?", "What is a neural network?", "Name the planets of the solar system.", "Give me a tip for sleeping well.",
    "What does a cat eat?", "Tell me a joke.", "How far away is the moon?", "What is the opposite of hot?",
    "Write one line of Python that adds two numbers.", "Why do leaves fall in autumn?", "Describe a picture of a red ball.",
    "Is water wet?"]
TIE = 1e-3




def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    parser.add_argument("--max-new-tokens", type=int, default=40)
    parser.add_argument("--count", type=int, default=20, help="questions to ask, 20 at the most")
    return parser.parse_args()


def llava4j(options, command, *more, **settings):
    done = subprocess.run(["java", "-jar", str(options.jar), command, "--model", str(options.model), "--max-new-tokens",
                           str(options.max_new_tokens), *more], capture_output=True, text=True, encoding="utf-8", **settings)
    if done.returncode != 0:
        sys.exit(f"llava4j {command}: {done.stderr.strip()}")
    return done.stdout


def chat(options, questions):
    """Each question's answer, as /save writes it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [line for i, question in enumerate(questions) for line in (question, f"/save {folder}/{i}.json", "/reset")]
        llava4j(options, "chat", input="\n".join(lines) + "\n")
        return [json.loads(Path(folder, f"{i}.json").read_text())[0]["conversations"][1]["value"]
                for i in range(len(questions))]


class Reference:
    """transformers, and how near its first two choices are."""

    def __init__(self, options):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
        self.longest = options.max_new_tokens

    def text(self, question):
        return self.tokenizer.apply_chat_template([{"role": "user", "content": question}], add_generation_prompt=True,
                                                  tokenize=False)

    def ids(self, text):
        # What begins a conversation stands in the template already
        return self.tokenizer(text)["input_ids"]

    def greedy(self, ids):
        given = torch.tensor([ids])
        with torch.no_grad():
            out = self.model.generate(given, attention_mask=torch.ones_like(given), do_sample=False,
                                      max_new_tokens=self.longest)
        return out[0, len(ids):].tolist()

    def gap(self, ids):
        """Between the two largest logits of the next token."""
        with torch.no_grad():
            top = self.model(torch.tensor([ids])).logits[0, -1].topk(2)
        return float(top.values[0] - top.values[1])

    def decode(self, ids):
        return self.tokenizer.decode(ids, skip_special_tokens=True).strip()

    def parts_at(self, ids, answer):
        """The first token whose text the answer does not have."""
        return next((i for i in range(len(ids)) if not answer.startswith(
            re.sub(r"\s+$", "", self.decode(ids[:i + 1])))), len(ids) - 1)


class Count:
    """What agreed, of one kind of comparison."""

    def __init__(self, what):
        self.what, self.all, self.same, self.ties = what, 0, 0, 0

    def add(self, question, same, at, gap, ours, theirs):
        self.all += 1
        self.same += same
        if not same:
            self.ties += gap < TIE
            print(f"{self.what}, {question}: parts at token {at}, transformers' two largest logits {gap:.1e} apart\n"
                  f"    transformers: {theirs!r}\n    llava4j:      {ours!r}")

    def line(self):
        print(f"{self.what}: {self.same} of {self.all} the same, {self.ties} part at a tie (less than {TIE:g})")
        return self.same + self.ties == self.all


def main():
    options = arguments()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    questions = QUESTIONS[:options.count]
    reference = Reference(options)
    counts = [Count("raw, ids"), Count("template, ids"), Count("chat, text")]
    answers = chat(options, questions)
    tokens = 0
    for question, answer in zip(questions, answers):
        for count, text in ((counts[0], question), (counts[1], reference.text(question))):
            own = json.loads(llava4j(options, "generate", "--json", "--prompt", text))
            ids, ours = reference.ids(text), own["generated_ids"]
            if own["prompt_ids"] != ids:
                sys.exit(f"{question}: prompt ids differ: {own['prompt_ids']} instead of {ids}")
            expected = reference.greedy(ids)
            tokens += len(expected)
            at = next((i for i, pair in enumerate(zip(ours, expected)) if pair[0] != pair[1]), min(len(ours), len(expected)))
            same = ours == expected
            count.add(question, same, at, 0 if same else reference.gap(ids + expected[:at]), ours, expected)
        # ids and expected are those of the template now
        text = reference.decode(expected)
        at = reference.parts_at(expected, answer)
        counts[2].add(question, answer == text, at, 0 if answer == text else reference.gap(ids + expected[:at]), answer, text)
    print(f"{tokens} tokens by `generate`")
    good = [count.line() for count in counts]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
