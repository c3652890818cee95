"""Five steps of AdamW in llava4j and in transformers, from the same directory, JSON and pictures: losses side by side, and back.

    python check.py --work DIR          # in the project's folder, after mvn package

The data are as many samples as a batch has, so every step sees all of them, in whatever order.
"""

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path

import torch
import transformers

import train

JAR = "target/llava4j.jar"
BATCH, STEPS, BAR = 32, 5, 1e-4
RATE = {1: 1e-2, 2: 1e-3}


def java(*command):
    subprocess.run(["java", "-jar", JAR, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def losses_here(model, data, out, stage, steps):
    java("train", "--stage", stage, "--model", model, "--data", data, "--images", "tiny-data/train/images", "--out", out, "--steps", steps,
         "--batch", BATCH, "--parts", 1, "--learning-rate", RATE[stage], "--warm-up", 0)
    with open(Path(out) / "train-log.csv") as rows:
        return [float(row["loss"]) for row in csv.DictReader(rows)]


def few(stage, work):
    """As many samples as a batch has, in a file of their own."""
    file = work / f"stage-{stage}.json"
    raw = json.loads(Path("tiny-data/train", "captions.json" if stage == 1 else "instructions.json").read_text())
    file.write_text(json.dumps(raw[:BATCH] if stage == 2 else {**raw, "annotations": raw["annotations"][:BATCH]}))
    return file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made on the way")
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    model = work / "model"
    if not model.exists():
        java("assemble", "--language", "tiny-data/pretrained/vicuna", "--vision", "tiny-data/pretrained/clip", "--out", model)
    worst = 0
    for stage in (1, 2):
        data = few(stage, work)
        here = losses_here(model, data, work / f"here-{stage}", stage, STEPS)
        there, after = train.run(train.arguments().parse_args(
            ["--model", str(model), "--data", str(data), "--images", "tiny-data/train/images", "--out", str(work / f"there-{stage}"),
             "--stage", str(stage), "--steps", str(STEPS), "--batch", str(BATCH), "--learning-rate", str(RATE[stage]), "--warm-up", "0"]))
        back = losses_here(work / f"there-{stage}", data, work / f"back-{stage}", stage, 1)[0]
        rows = [(f"step {step + 1}", a, b) for step, (a, b) in enumerate(zip(here, there))] + [("and back", back, after)]
        print(f"stage {stage}      llava4j     transformers  distance")
        for name, a, b in rows:
            print(f"{name:10s}  {a:.6f}    {b:.6f}      {abs(a - b):.1e}")
            worst = max(worst, abs(a - b))
    print(f"largest distance {worst:.1e}, bar {BAR:.0e}")
    sys.exit(0 if worst <= BAR else 1)


if __name__ == "__main__":
    main()
