"""Holds llava4j's `chat` against Hugging Face transformers, on a language model with a chat template.

    python src/test/python/check_chat.py MODEL [--jar target/llava4j.jar] [--max-new-tokens 40] [--count 20]

Needs what requirements.txt lists, and the jar. Both sides answer the same questions, each in a conversation of its own:
transformers by apply_chat_template and generate(do_sample=False) in float32, llava4j by `chat`. Where two answers part, the
two largest logits of transformers at that token are printed: if they are a rounding apart, the answers are a tie.
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    parser.add_argument("--max-new-tokens", type=int, default=40)
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    questions = QUESTIONS[:options.count]

    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
    expected, prompts = [], []
    for question in questions:
        ids = tokenizer.apply_chat_template([{"role": "user", "content": question}], add_generation_prompt=True,
                                            return_tensors="pt")["input_ids"]
        with torch.no_grad():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=options.max_new_tokens)
        prompts.append(ids)
        expected.append(out[0, ids.shape[1]:])

    with tempfile.TemporaryDirectory() as folder:
        lines = [line for i, question in enumerate(questions) for line in (question, f"/save {folder}/{i}.json", "/reset")]
        done = subprocess.run(["java", "-jar", str(options.jar), "chat", "--model", str(options.model), "--max-new-tokens",
                               str(options.max_new_tokens)], input="\n".join(lines) + "\n", capture_output=True, text=True,
                              encoding="utf-8")
        if done.returncode != 0:
            sys.exit(f"llava4j chat: {done.stderr.strip()}")
        answers = [json.loads(Path(folder, f"{i}.json").read_text())[0]["conversations"][1]["value"]
                   for i in range(len(questions))]

    same, ties = 0, 0
    for question, ids, wanted, answer in zip(questions, prompts, expected, answers):
        text = tokenizer.decode(wanted, skip_special_tokens=True).strip()
        if text == answer:
            same += 1
            continue
        at = next((i for i in range(len(wanted)) if not answer.startswith(
            re.sub(r"\s+$", "", tokenizer.decode(wanted[:i + 1], skip_special_tokens=True)).lstrip())), len(wanted) - 1)
        with torch.no_grad():
            top = model(torch.cat([ids[0], wanted[:at]])[None]).logits[0, -1].topk(2)
        gap = float(top.values[0] - top.values[1])
        ties += gap < TIE
        print(f"{question}: parts at token {at}, transformers' two largest logits {gap:.1e} apart\n"
              f"    transformers: {text!r}\n    llava4j:      {answer!r}")
    print(f"{same} of {len(questions)} answers the same, {ties} part at a tie (less than {TIE:g})")
    sys.exit(0 if same + ties == len(questions) else 1)


if __name__ == "__main__":
    main()
