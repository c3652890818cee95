"""Opens a model directory that llava4j wrote in Hugging Face transformers, and holds the two against each other.

    python src/test/python/check_export.py MODEL --questions tiny-data/held-out/questions.json \
        --images tiny-data/held-out/images [--count 50] [--jar target/llava4j.jar]

Needs what requirements.txt lists, and the jar. Both sides are given the same questions about the same pictures. Compared:

    prompt ids      AutoTokenizer and transformers' processor against `generate`, image tokens expanded
    pixel values    transformers' image processor against `preprocess`
    logits          `forward` on all prompts and transformers' greedy answers in one batch, padded on the right; within 1e-4
    greedy answers  every token of every answer is the one of largest logit in `forward` too, the end of the text included;
                    and `generate`, from picture file to text, gives the same for the first few

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
from safetensors.numpy import load_file, save_file

IMAGE = "<image>"
SEPARATORS = {"v1": ("USER: ", " ASSISTANT:"), "v0": ("### Human: ", "\n### Assistant:")}
LOGITS = 1e-4
PIXELS = 1.001 / 255  # one 8-bit step, before the division by the standard deviation


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--questions", type=Path, required=True, help="JSON list of {image, question}")
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--from-file", type=int, default=3, help="how many are also asked through `generate`")
    parser.add_argument("--max-new-tokens", type=int, default=32)
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    return parser.parse_args()


def spread(questions, count):
    """As many as asked, evenly spread over the file, so that every kind of question is among them."""
    step = max(1, len(questions) // count)
    return questions[::step][:count]


def prompt(config, question):
    """One turn in the template that the model was tuned in, the picture first."""
    own = config.get("llava4j", {})
    user, assistant = SEPARATORS[own.get("conversation_template", "v1")]
    system = own.get("system_prompt", "")
    return f"{system + ' ' if system else ''}{user}{IMAGE}\n{question}{assistant}"


def llava4j(jar, *options):
    done = subprocess.run(["java", "-jar", str(jar), *map(str, options)], capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"llava4j {options[0]}: {done.stderr.strip()}")
    return done.stdout


def image_processor(directory):
    """The one of the directory; the one made on Pillow where transformers has it, as pictures were resized with at first."""
    own = getattr(transformers, "CLIPImageProcessorPil", transformers.CLIPImageProcessor)
    return own.from_pretrained(directory)


def main():
    options = arguments()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    config = json.loads((options.model / "config.json").read_text())
    model, loading = transformers.LlavaForConditionalGeneration.from_pretrained(
        options.model, dtype=torch.float32, output_loading_info=True)
    model.eval()
    wrong = {kind: sorted(names) for kind, names in loading.items() if names}
    tokenizer = transformers.AutoTokenizer.from_pretrained(options.model)
    images = image_processor(options.model)
    extra = json.loads((options.model / "processor_config.json").read_text())
    processor = transformers.LlavaProcessor(
        images, tokenizer, patch_size=extra["patch_size"], num_additional_image_tokens=extra["num_additional_image_tokens"],
        vision_feature_select_strategy=extra["vision_feature_select_strategy"])
    asked = spread(json.loads(options.questions.read_text()), options.count)

    rows, answers, pixels = [], [], []
    for entry in asked:
        given = processor(images=Image.open(options.images / entry["image"]), text=prompt(config, entry["question"]),
                          return_tensors="pt")
        with torch.no_grad():
            out = model.generate(**given, do_sample=False, max_new_tokens=options.max_new_tokens)
        ids = given["input_ids"][0].tolist()
        rows.append(ids)
        answers.append(out[0, len(ids):].tolist())
        pixels.append(given["pixel_values"])

    # All prompts with their answers, padded on the right
    pixels = torch.cat(pixels)
    length = max(len(row) + len(answer) for row, answer in zip(rows, answers))
    ids = torch.full((len(rows), length), model.config.pad_token_id or 0)
    mask = torch.zeros_like(ids)
    for b, (row, answer) in enumerate(zip(rows, answers)):
        ids[b, :len(row) + len(answer)] = torch.tensor(row + answer)
        mask[b, :len(row) + len(answer)] = 1
    with torch.no_grad():
        expected = model(input_ids=ids, attention_mask=mask, pixel_values=pixels).logits.numpy()
    with tempfile.TemporaryDirectory() as folder:
        save_file({"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "pixel_values": pixels.numpy()},
                  f"{folder}/in.safetensors")
        llava4j(options.jar, "forward", "--model", options.model, "--input", f"{folder}/in.safetensors",
                "--output", f"{folder}/out.safetensors")
        logits = load_file(f"{folder}/out.safetensors")["logits"]
        llava4j(options.jar, "preprocess", "--model", options.model, "--image", options.images / asked[0]["image"],
                "--output", f"{folder}/pixels.safetensors")
        own_pixels = load_file(f"{folder}/pixels.safetensors")["pixel_values"]
    distance = float(np.abs(logits - expected)[mask.numpy() == 1].max())
    pixel_distance = float((np.abs(own_pixels - pixels[:1].numpy())
                            * np.array(images.image_std).reshape(3, 1, 1)).max())

    same = sum(all(logits[b, len(row) + i - 1].argmax() == token for i, token in enumerate(answer))
               for b, (row, answer) in enumerate(zip(rows, answers)))
    from_file = asked[:options.from_file]
    same_from_file = 0
    for b, entry in enumerate(from_file):
        own = json.loads(llava4j(options.jar, "generate", "--model", options.model, "--json", "--prompt",
                                 prompt(config, entry["question"]), "--image", options.images / entry["image"],
                                 "--max-new-tokens", options.max_new_tokens))
        text = tokenizer.decode(answers[b], skip_special_tokens=True)
        same_from_file += (own["prompt_ids"], own["generated_ids"], own["text"]) == (rows[b], answers[b], text)

    print(f"transformers {transformers.__version__} opens {options.model}: "
          f"{sum(p.numel() for p in model.parameters()):,} parameters, {wrong if wrong else 'every tensor in its place'}")
    print(f"pixel values: largest distance {255 * pixel_distance:.3f} of an 8-bit step")
    print(f"logits: largest distance {distance:.1e} on {int(mask.sum())} tokens, the largest logit is "
          f"{np.abs(expected).max():.1f}")
    print(f"greedy answers: {same} of {len(rows)} the same, {sum(map(len, answers))} tokens; from picture file to text "
          f"{same_from_file} of {len(from_file)}")
    for b in range(min(3, len(rows))):
        print(f"    {asked[b]['question']} -> {tokenizer.decode(answers[b], skip_special_tokens=True)}")
    ok = (not wrong and pixel_distance <= PIXELS and distance <= LOGITS and same == len(rows)
          and same_from_file == len(from_file))
    print("the same" if ok else "they differ")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
