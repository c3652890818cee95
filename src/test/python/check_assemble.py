"""Assembles a LLaVA from a language model and a CLIP with llava4j, and holds it against Hugging Face transformers.

    python src/test/python/check_assemble.py LANGUAGE VISION --image PICTURE [--jar target/llava4j.jar] [--out DIR]

Needs what requirements.txt lists, and the jar. Compared:

    tokenizer.json   the same JSON as after transformers' add_tokens(["<image>"], special_tokens=True); the padding token
                     likewise, where the language model has none
    weights          every tensor equal to its source, in the number format of its source; new rows the mean of the old ones
    the directory    LlavaForConditionalGeneration and AutoProcessor open it, every tensor in its place
    prompt ids       AutoProcessor's (chat template, pictures expanded) against `generate`
    logits           `forward` against transformers' in float32, on prompts with the picture; within 1e-4 of that, or of
                     transformers' in float64 where its own float32 is farther off

Prints the figures; exit 1 if anything differs.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

LOGITS = 1e-4
QUESTIONS = ["<image>\nWhat is in the picture?", "Look: <image> Is it red?\n\nOr blue?", "<image>", "  <image> été 🙂<image>  "]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", type=Path)
    parser.add_argument("vision", type=Path)
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("options", nargs="*", help="more options of assemble, after --")
    return parser.parse_args()


def llava4j(jar, *options):
    done = subprocess.run(["java", "-jar", str(jar), *map(str, options)], capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"llava4j {options[0]}: {done.stderr.strip()}")
    return done.stdout


def tensors(directory):
    """Name to tensor, of all safetensors files of a directory."""
    found = {}
    for file in sorted(directory.glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            found.update({name: opened.get_tensor(name) for name in opened.keys()})
    return found


def tokenizers_agree(language, out, folder):
    """Whether transformers, adding the tokens itself, writes the same; and the id of <image>."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(language)
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    if tokenizer.pad_token is None:
        tokenizer.add_special_tokens({"pad_token": "<pad>"})
    tokenizer.save_pretrained(folder)
    expected, written = (json.loads((Path(d) / "tokenizer.json").read_text()) for d in (folder, out))
    own = transformers.AutoTokenizer.from_pretrained(out)
    texts = QUESTIONS + ["a<image>b", "<image><image>", " <image> "]
    same_ids = all(own(text)["input_ids"] == tokenizer(text)["input_ids"] for text in texts)
    same_settings = (own.pad_token_id, own.eos_token_id, own.bos_token_id, len(own)) == (
        tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.bos_token_id, len(tokenizer))
    # transformers writes truncation and padding even where they are null
    drop = {"truncation", "padding"}
    same_rules = {k: v for k, v in expected.items() if k not in drop} == {k: v for k, v in written.items() if k not in drop}
    return same_rules, same_ids and same_settings, tokenizer.convert_tokens_to_ids("<image>")


def weights_agree(language, vision, out):
    """Names of tensors that are not their source's, and the largest distance of a new row from the mean."""
    made, wrong, distance, rows = tensors(out), [], 0.0, 0
    for prefix, source in (("language_model.", tensors(language)), ("vision_tower.", tensors(vision))):
        for name, tensor in source.items():
            if prefix == "vision_tower." and not name.startswith("vision_model.") or name.endswith("position_ids"):
                continue
            mine = made.get(prefix + name)
            if mine is None or mine.dtype != tensor.dtype or not torch.equal(mine[:len(tensor)], tensor):
                wrong.append(name)
            elif mine.shape != tensor.shape:
                rows = len(mine) - len(tensor)
                mean = tensor.double().mean(0)
                distance = max(distance, float(((mine[len(tensor):].double() - mean).abs() / mean.abs()).max()))
    return wrong, rows, distance


def main():
    options = arguments()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder) / "assembled"
        print(llava4j(options.jar, "assemble", "--language", options.language, "--vision", options.vision, "--out", out,
                      *options.options).strip())
        same_rules, same_ids, image = tokenizers_agree(options.language, out, Path(folder) / "tokenizer")
        wrong_weights, rows, distance = weights_agree(options.language, options.vision, out)
        model, loading = transformers.LlavaForConditionalGeneration.from_pretrained(
            out, dtype=torch.float32, output_loading_info=True)
        model.eval()
        wrong = {kind: sorted(names) for kind, names in loading.items() if names}
        processor = transformers.AutoProcessor.from_pretrained(out)
        picture = Image.open(options.image).convert("RGB")
        rows_of_ids, pixels, same_prompts = [], [], 0
        for question in QUESTIONS:
            count = question.count("<image>")
            text = question
            if processor.chat_template or processor.tokenizer.chat_template:
                text = processor.tokenizer.apply_chat_template([{"role": "user", "content": question}], tokenize=False,
                                                               add_generation_prompt=True)
            given = processor(images=[picture] * count, text=text, return_tensors="pt")
            own = json.loads(llava4j(options.jar, "generate", "--model", out, "--json", "--max-new-tokens", 1, "--prompt", text,
                                     *["--image", options.image] * count))
            same_prompts += own["prompt_ids"] == given["input_ids"][0].tolist()
            rows_of_ids.append(given["input_ids"][0])
            pixels.append(given["pixel_values"])
        length = max(map(len, rows_of_ids))
        ids = torch.full((len(rows_of_ids), length), model.config.pad_token_id or 0)
        mask = torch.zeros_like(ids)
        for b, row in enumerate(rows_of_ids):
            ids[b, :len(row)] = row
            mask[b, :len(row)] = 1
        pixels = torch.cat(pixels)
        with torch.no_grad():
            expected = model(input_ids=ids, attention_mask=mask, pixel_values=pixels).logits.numpy()
            exact = model.double()(input_ids=ids, attention_mask=mask, pixel_values=pixels.double()).logits.numpy()
        save_file({"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "pixel_values": pixels.numpy()},
                  f"{folder}/in.safetensors")
        llava4j(options.jar, "forward", "--model", out, "--input", f"{folder}/in.safetensors", "--output",
                f"{folder}/out.safetensors")
        logits = load_file(f"{folder}/out.safetensors")["logits"]
    worst, rounding, own_rounding = (float(np.abs(a - b)[mask.numpy() == 1].max())
                                     for a, b in ((logits, expected), (expected, exact), (logits, exact)))
    print(f"tokenizer.json as transformers {transformers.__version__} writes it: {same_rules}; ids and special tokens: "
          f"{same_ids}; <image> is {image}, in config.json {model.config.image_token_id}")
    print(f"weights that are not their source's: {wrong_weights or 'none'}; {rows} new rows, at most {distance:.1e} "
          "(relative) from the mean of the old ones")
    print(f"transformers opens it: {sum(p.numel() for p in model.parameters()):,} parameters, "
          f"{wrong if wrong else 'every tensor in its place'}")
    print(f"prompt ids: {same_prompts} of {len(QUESTIONS)} the same")
    print(f"logits: largest distance {worst:.1e} on {int(mask.sum())} tokens, the largest logit is "
          f"{np.abs(expected).max():.1f}; from float64: transformers {rounding:.1e}, llava4j {own_rounding:.1e}")
    ok = (same_rules and same_ids and image == model.config.image_token_id and not wrong_weights and not wrong
          and same_prompts == len(QUESTIONS) and (worst <= LOGITS or own_rounding <= LOGITS) and distance < 0.01)
    print("the same" if ok else "they differ")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
