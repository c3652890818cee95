"""Goes on in Hugging Face transformers with a model that llava4j assembled or trained: the same directory, JSON and pictures.

    python train.py --model DIR --data FILE.json --images DIR --out DIR --stage 2 --steps 1000
    accelerate launch --use_fsdp ... train.py ...        # the same on several GPUs or machines: docs/scaling.md

One loop with everything in sight: AdamW, a cosine, clipping at 1. The template is Vicuna v1 in stage 2 and plain in stage 1, with the
model's own system message. What one would get wrong with several processes: each one's loss is a mean over its own tokens, and the
mean of the means gives a token more weight the fewer stand beside it. Here each is weighted by its tokens first.
"""

import argparse
import json
import math
import shutil
from pathlib import Path

import accelerate
import torch
import transformers
from PIL import Image

IGNORED = -100


def samples(data):
    """LLaVA's conversations; COCO's captions as pictures that are answered with their captions."""
    raw = json.loads(Path(data).read_text())
    if isinstance(raw, list):
        return raw
    names = {image["id"]: image["file_name"] for image in raw["images"]}
    return [{"id": str(note["id"]), "image": names[note["image_id"]],
             "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": note["caption"]}]}
            for note in raw["annotations"]]


class Batches:
    """Samples as tensors. The text is tokenised as a whole, and where an answer lies is told by its letters' places in it."""

    def __init__(self, model, stage, data, images):
        self.images = Path(images)
        self.config = json.loads((Path(model) / "config.json").read_text())
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(model)
        reader = getattr(transformers, "CLIPImageProcessorPil", transformers.CLIPImageProcessor)
        self.pixels = reader.from_pretrained(model)
        self.image_id = self.config.get("image_token_id", self.config.get("image_token_index"))
        self.stage = stage
        self.samples = samples(data)

    def pieces(self, sample):
        """The text in pieces, and whether each is an answer."""
        turns = [turn["value"] for turn in sample["conversations"]]
        if self.stage == 1:
            return [("<image>", False), (turns[1] + "\n", True)]
        system = self.config.get("llava4j", {}).get("system_prompt", "")
        pieces = [(system + " ", False)] if system else []
        for question, answer in zip(turns[::2], turns[1::2]):
            pieces += [(f"USER: {question} ASSISTANT: ", False), (answer + self.tokenizer.eos_token, True)]
        return pieces

    def tokens(self, sample):
        text, answers = "", []
        for piece, answer in self.pieces(sample):
            answers += [(len(text), len(text) + len(piece))] if answer else []
            text += piece
        encoded = self.tokenizer(text, return_offsets_mapping=True)
        ids, labels = [], []
        for token, (begin, end) in zip(encoded["input_ids"], encoded["offset_mapping"]):
            times = self.config["image_seq_length"] if token == self.image_id else 1
            learned = any(a <= begin and end <= b and end > begin for a, b in answers)
            ids += [token] * times
            labels += [token if learned else IGNORED] * times
        return ids, labels

    def __call__(self, chosen):
        rows = [self.tokens(sample) for sample in chosen]
        length = max(len(ids) for ids, _ in rows)
        ids = torch.full((len(rows), length), self.tokenizer.pad_token_id or 0)
        labels = torch.full_like(ids, IGNORED)
        mask = torch.zeros_like(ids)
        for row, (own, learned) in enumerate(rows):
            ids[row, :len(own)] = torch.tensor(own)
            labels[row, :len(own)] = torch.tensor(learned)
            mask[row, :len(own)] = 1
        pictures = [Image.open(self.images / sample["image"]).convert("RGB") for sample in chosen if "image" in sample]
        pixels = {"pixel_values": self.pixels(pictures, return_tensors="pt")["pixel_values"]} if pictures else {}
        return {"input_ids": ids, "attention_mask": mask, "labels": labels, **pixels}


def learning(model, stage):
    """Stage 1: the projector. Stage 2: the decoder too. Gives the parameters that learn."""
    # transformers has no single matrix W: a second one, the identity, comes after it and must stay it
    identity = model.config.projector_hidden_act == "linear"
    for name, parameter in model.named_parameters():
        projector = "multi_modal_projector" in name and not (identity and "linear_2" in name)
        decoder = "vision_tower" not in name and "multi_modal_projector" not in name
        parameter.requires_grad_(projector or stage == 2 and decoder)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def run(options):
    """Trains, writes the model, and gives the loss of each step and that of the first batch after the last step."""
    there = accelerate.Accelerator()
    batches = Batches(options.model, options.stage, options.data, options.images)
    model = transformers.LlavaForConditionalGeneration.from_pretrained(options.model, dtype=torch.float32)
    learns = learning(model, options.stage)
    optimizer = torch.optim.AdamW(learns, lr=options.learning_rate, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, math.ceil(options.warm_up * options.steps), options.steps)
    model, optimizer = there.prepare(model, optimizer)
    model.train()

    def loss_of(step):
        order = torch.Generator().manual_seed(step * options.batch // len(batches.samples))
        order = torch.randperm(len(batches.samples), generator=order).tolist()
        chosen = [batches.samples[order[(step * options.batch + i) % len(order)]] for i in range(options.batch)]
        batch = batches(chosen[there.process_index::there.num_processes])
        scored = (batch["labels"][:, 1:] != IGNORED).sum()
        share = scored * there.num_processes / there.reduce(scored.to(there.device), "sum").cpu()
        loss = model(**{name: value.to(there.device) for name, value in batch.items()}).loss * share
        return loss, there.reduce(loss.detach().clone(), "mean").item()

    losses = []
    for step in range(options.steps):
        loss, mean = loss_of(step)
        there.backward(loss)
        there.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(mean)
        there.print(f"step {step + 1} of {options.steps}: loss {mean:.6f}")
    with torch.no_grad():
        after = loss_of(0)[1]
    if options.out:
        there.unwrap_model(model).save_pretrained(options.out, is_main_process=there.is_main_process,
                                                  state_dict=there.get_state_dict(model))
        if there.is_main_process:       # what transformers does not write again, or writes in another layout
            for file in Path(options.model).iterdir():
                if "token" in file.name or "processor" in file.name or file.name == "chat_template.jinja":
                    shutil.copy(file, Path(options.out) / file.name)
    return losses, after


def arguments():
    parser = argparse.ArgumentParser(description="Trains a LLaVA in transformers.")
    parser.add_argument("--model", required=True, help="directory that llava4j wrote")
    parser.add_argument("--data", required=True, help="conversations in LLaVA's format, or COCO captions for stage 1")
    parser.add_argument("--images", required=True)
    parser.add_argument("--out", help="directory of the trained model")
    parser.add_argument("--stage", type=int, choices=[1, 2], required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=32, help="samples a step, over all processes")
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--warm-up", type=float, default=0.03)
    return parser


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    run(arguments().parse_args())
