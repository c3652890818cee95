"""Trains an assembled LLaVA with llava4j and with transformers and peft on the same batches, and holds the losses together.

    python src/test/python/check_training.py MODEL --instructions FILE --images DIR [--jar target/llava4j.jar] [--steps 20]

Needs what requirements.txt lists with peft, and the jar. MODEL is a directory that `assemble` wrote, of a language model with a
ChatML template. Of the instructions, short conversations are taken:

    stage 1        the projector learns, from the first answer of each as its caption
    stage 2, LoRA  from where llava4j's stage 1 ended: A and B beside the decoder's linear layers, and the projector, learn;
                   both sides begin with an adapter that peft made

Both sides: float32, AdamW with betas 0.9 and 0.98, clipping at 1, cosine with one step of warm-up, no dropout. The Python side
tokenises for itself, masks by the places of the answers, and works out for itself which samples stand in which step.
Prints both losses of every step; exit 1 if any two are more than 1e-4 apart.
"""
import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from PIL import Image

BOUND = 1e-4
DECODER = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--instructions", type=Path, required=True, help="conversations in LLaVA's format")
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--samples", type=int, default=8, help="how many conversations are taken")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--turns", type=int, default=2, help="turns that are kept of a conversation")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--alpha", type=float, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


class JavaRandom:
    """java.util.Random, of which Collections.shuffle takes its numbers."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & (1 << 48) - 1

    def bits31(self):
        self.state = (self.state * 0x5DEECE66D + 0xB) & (1 << 48) - 1
        return self.state >> 17

    def below(self, bound):
        if bound & -bound == bound:
            return bound * self.bits31() >> 31
        while True:
            bits = self.bits31()
            if bits - bits % bound + bound - 1 < 1 << 31:
                return bits % bound

    def shuffle(self, items):
        for i in range(len(items), 1, -1):
            j = self.below(i)
            items[i - 1], items[j] = items[j], items[i - 1]


def order(lengths, batch, seed, epoch):
    """The samples of each step of an epoch: shuffled, sorted by length within sixteen batches, the batches shuffled."""
    random = JavaRandom(seed * 1_000_003 + epoch)
    samples = list(range(len(lengths)))
    random.shuffle(samples)
    batches = []
    for first in range(0, len(samples), 16 * batch):
        piece = sorted(samples[first:first + 16 * batch], key=lambda i: lengths[i])
        batches += [piece[i:i + batch] for i in range(0, len(piece), batch)]
    random.shuffle(batches)
    return batches


def rate(peak, steps, step):
    climb = min(math.ceil(0.03 * steps), steps - 1)
    if step < climb:
        return peak * step / climb
    return peak * 0.5 * (1 + math.cos(math.pi * (step - climb) / max(1, steps - climb)))


def captioned(tokenizer, sample, image, count):
    """Stage 1: the picture and its caption alone."""
    answer = tokenizer(sample["conversations"][1]["value"] + "\n", add_special_tokens=False)["input_ids"]
    before = tokenizer("")["input_ids"] + [image] * count
    return before + answer, [-100] * len(before) + answer


def conversed(tokenizer, sample, image, count):
    """Stage 2: answers and the tokens that end them are learned, each token by where it begins."""
    roles = {"human": "user", "gpt": "assistant"}
    turns = [dict(role=roles[turn["from"]], content=turn["value"]) for turn in sample["conversations"]]
    text = tokenizer.apply_chat_template(turns, tokenize=False)
    ranges = []
    for i, turn in enumerate(turns):
        if turn["role"] == "assistant":
            begin = len(tokenizer.apply_chat_template(turns[:i], tokenize=False, add_generation_prompt=True))
            ranges.append((begin, text.index("<|im_end|>", begin) + len("<|im_end|>")))
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, labels = [], []
    for token, (begin, _) in zip(encoded["input_ids"], encoded["offset_mapping"]):
        times = count if token == image else 1
        ids += [token] * times
        labels += [token if any(a <= begin < b for a, b in ranges) else -100] * times
    return ids, labels


def padded(rows, value):
    length = max(map(len, rows))
    return torch.tensor([row + [value] * (length - len(row)) for row in rows])


def losses(model, groups, rows, pixels, options):
    """The loss of each step, before it is taken."""
    optimizer = torch.optim.AdamW(groups, lr=0, betas=(0.9, 0.98), eps=1e-8, weight_decay=0)
    learned = [p for group in optimizer.param_groups for p in group["params"]]
    lengths, found = [len(ids) for ids, _ in rows], []
    for step in range(options.steps):
        an_epoch = len(rows) // options.batch
        chosen = order(lengths, options.batch, options.seed, step // an_epoch)[step % an_epoch]
        ids = padded([rows[i][0] for i in chosen], model.config.pad_token_id or 0)
        labels = padded([rows[i][1] for i in chosen], -100)
        mask = padded([[1] * lengths[i] for i in chosen], 0)
        logits = model(input_ids=ids, attention_mask=mask, pixel_values=pixels[chosen]).logits
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = rate(options.learning_rate, options.steps, step)
        optimizer.step()
        found.append(loss.item())
    return found


def llava4j(options, stage, model, data, out, *more):
    done = subprocess.run(
        [str(word) for word in (
            "java", "-Dorg.bytedeco.javacpp.maxbytes=8g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=12g", "-jar", options.jar,
            "train", "--stage", stage, "--model", model, "--data", data, "--images", options.images, "--out", out, "--steps",
            options.steps, "--batch", options.batch, "--learning-rate", options.learning_rate, "--seed", options.seed, *more)],
        capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"llava4j train: {done.stderr.strip()}")
    with open(Path(out) / "train-log.csv") as table:
        return [float(row["loss"]) for row in csv.DictReader(table)]


def compare(what, ours, theirs):
    print(f"{what}\n  step  transformers     llava4j    distance")
    for step, (a, b) in enumerate(zip(theirs, ours), 1):
        print(f"  {step:4}  {a:12.6f}  {b:10.6f}  {abs(a - b):10.1e}")
    worst = max(abs(a - b) for a, b in zip(theirs, ours))
    print(f"  largest distance {worst:.1e} in {len(ours)} steps")
    return worst <= BOUND and len(ours) == len(theirs)


def learning(model, directory):
    """What learns beside LoRA's A and B; of a linear projector the first layer alone, the second is the identity."""
    linear = json.loads((Path(directory) / "config.json").read_text())["mm_projector_type"] == "linear"
    for name, parameter in model.named_parameters():
        saved = "multi_modal_projector" in name and "original_module" not in name and not (linear and "linear_2" in name)
        parameter.requires_grad_(saved or "lora_" in name)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def opened(directory):
    return transformers.LlavaForConditionalGeneration.from_pretrained(directory, dtype=torch.float32).eval()


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    transformers.logging.set_verbosity_error()
    samples = [sample for sample in json.loads(options.instructions.read_text()) if "image" in sample][:options.samples]
    for sample in samples:
        sample["conversations"] = sample["conversations"][:2 * options.turns]
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    processor = transformers.AutoImageProcessor.from_pretrained(options.model)
    pixels = torch.cat([processor(Image.open(options.images / sample["image"]).convert("RGB"), return_tensors="pt")
                        ["pixel_values"] for sample in samples])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data.json"
        captions = folder / "captions.json"
        data.write_text(json.dumps(samples))
        captions.write_text(json.dumps([dict(sample, conversations=sample["conversations"][:2]) for sample in samples]))

        model = opened(options.model)
        image, count = model.config.image_token_id, model.config.image_seq_length
        ours = llava4j(options, 1, options.model, captions, folder / "stage1")
        theirs = losses(model, learning(model, options.model),
                        [captioned(tokenizer, sample, image, count) for sample in samples], pixels, options)
        first = compare("stage 1, the projector", ours, theirs)
        del model

        fresh = get_peft_model(opened(folder / "stage1"), LoraConfig(
            r=options.rank, lora_alpha=options.alpha, lora_dropout=0.0, target_modules=DECODER, task_type="CAUSAL_LM",
            modules_to_save=["multi_modal_projector"]))
        fresh.save_pretrained(folder / "adapter")
        del fresh
        ours = llava4j(options, 2, folder / "stage1", data, folder / "stage2", "--adapter", folder / "adapter")
        model = PeftModel.from_pretrained(opened(folder / "stage1"), folder / "adapter", is_trainable=True).eval()
        theirs = losses(model, learning(model, options.model),
                        [conversed(tokenizer, sample, image, count) for sample in samples], pixels, options)
        second = compare(f"stage 2, LoRA of rank {options.rank}", ours, theirs)
    print("the same" if first and second else "they differ")
    sys.exit(0 if first and second else 1)


if __name__ == "__main__":
    main()
