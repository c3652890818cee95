"""Holds llava4j against peft on LoRA adapters of many kinds, or sees that it refuses them in one line.

    python src/test/python/check_lora.py MODEL [--language DIR] [--jar target/llava4j.jar]

Needs what requirements.txt lists with peft, and the jar. MODEL is a small LLaVA of random weights, such as
src/test/resources/fixtures/llava_mlp2x_gqa; --language a small language model, such as .../fixtures/llama. Each adapter is made by
peft with random A and B large enough to matter. Logits are compared where the attention mask is 1, with those of peft in float32
and in float64; they are the same if they are within 1e-4 of the first, or no farther from the second than twice what the first
are. Exit 1 if anything differs, or is not refused that should be.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file

DECODER = r".*language_model.*\.({})"
ALL = "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj"


def decoder(names=ALL):
    return DECODER.format(names)


# name, settings of LoraConfig, spelling of the names, number format of the file
SAME = [
    ("r 4, alpha 7, q and v", dict(r=4, lora_alpha=7, target_modules=decoder("q_proj|v_proj")), "transformers 5", torch.float32),
    ("r 16, alpha 16, all layers", dict(r=16, lora_alpha=16, target_modules=decoder()), "transformers 5", torch.float32),
    ("r 8, alpha 3, rslora", dict(r=8, lora_alpha=3, use_rslora=True, target_modules=decoder()), "transformers 5", torch.float32),
    ("projector in full", dict(r=4, lora_alpha=8, target_modules=decoder(), modules_to_save=["multi_modal_projector"]),
     "transformers 5", torch.float32),
    ("ranks and alphas of their own", dict(r=4, lora_alpha=8, target_modules=decoder(), rank_pattern={"down_proj": 2},
                                           alpha_pattern={r"layers\.0\.self_attn\.q_proj": 1}), "transformers 5", torch.float32),
    ("endings, so that the encoder is adapted too", dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"]),
     "transformers 5", torch.float32),
    ("the projector's own layers", dict(r=4, lora_alpha=8, target_modules=decoder() + r"|.*multi_modal_projector.linear_\d"),
     "transformers 5", torch.float32),
    ("bfloat16 file", dict(r=4, lora_alpha=8, target_modules=decoder()), "transformers 5", torch.bfloat16),
    ("float16 file", dict(r=4, lora_alpha=8, target_modules=decoder(), modules_to_save=["multi_modal_projector"]),
     "transformers 5", torch.float16),
    ("names of transformers 4", dict(r=4, lora_alpha=8, target_modules=decoder(), modules_to_save=["multi_modal_projector"]),
     "transformers 4", torch.float32),
    ("names of LLaVA's own code", dict(r=4, lora_alpha=8, target_modules=decoder(), modules_to_save=["multi_modal_projector"]),
     "LLaVA", torch.bfloat16),
]
# name, settings, what the refusal says, what is changed in adapter_config.json
REFUSED = [
    ("bias lora_only", dict(r=4, target_modules=decoder(), bias="lora_only"), "bias", {}),
    ("bias all", dict(r=4, target_modules=decoder(), bias="all"), "bias", {}),
    ("dora", dict(r=4, target_modules=decoder(), use_dora=True), "use_dora", {}),
    ("fan_in_fan_out", dict(r=4, target_modules=decoder()), "fan_in_fan_out", dict(fan_in_fan_out=True)),
    ("embeddings by LoRA", dict(r=4, target_modules=[r"embed_tokens"]), "lora_embedding", {}),
    ("pissa", dict(r=4, target_modules=decoder()), "init_lora_weights", dict(init_lora_weights="pissa")),
    ("another r than the shapes have", dict(r=4, target_modules=decoder()), "r is 5", dict(r=5)),
    ("output head of a tied model", dict(r=4, target_modules=decoder(), modules_to_save=["lm_head"]), "lm_head", {}),
    ("no LoRA", dict(r=4, target_modules=decoder()), "LORA", dict(peft_type="IA3")),
]


def spelled(name, spelling):
    if spelling == "transformers 4":
        return name.replace("model.language_model.", "language_model.model.").replace(
            "model.multi_modal_projector", "multi_modal_projector").replace("model.lm_head", "language_model.lm_head")
    if spelling == "LLaVA":
        for ours, theirs in (("model.language_model.", "model."), ("multi_modal_projector.linear_1", "mm_projector.0"),
                             ("multi_modal_projector.linear_2", "mm_projector.2")):
            name = name.replace(ours, theirs)
    return name


def adapted(model, settings, seed):
    """A model with an adapter whose A, B and full modules are random."""
    found = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **settings)).eval()
    generator = torch.Generator().manual_seed(seed)
    for name, weight in found.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "lora_" in name and weight.ndim == 2:
            weight.data = noise / weight.shape[1] ** 0.5
        elif "modules_to_save" in name:
            weight.data = weight.data + 0.1 * noise
    return found


def save(model, folder, spelling, dtype):
    """The adapter as a file of that spelling and number format; the model is given the numbers that the file has."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_" in name or "modules_to_save" in name:
                weight.copy_(weight.to(dtype).to(weight.dtype))
    model.save_pretrained(folder)
    file = folder / "adapter_model.safetensors"
    # transformers 5 ties nothing here, and peft writes the live names
    tensors = {spelled(name, spelling): tensor.to(dtype).contiguous() for name, tensor in load_file(file).items()}
    if spelling == "LLaVA":
        save_file({n: t for n, t in tensors.items() if "lora_" not in n}, folder / "non_lora_trainables.safetensors")
        tensors = {n: t for n, t in tensors.items() if "lora_" in n}
        change(folder, dict(modules_to_save=None))
    save_file(tensors, file)


def change(folder, settings):
    config = folder / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | settings))


def forward(options, model, adapter, batch, folder):
    save_file(batch, folder / "in.safetensors")
    return subprocess.run(["java", "-jar", options.jar, "forward", "--model", model, "--adapter", adapter, "--input",
                           folder / "in.safetensors", "--output", folder / "out.safetensors"],
                          capture_output=True, text=True, encoding="utf-8")


def compared(name, options, model_folder, model, batch, settings, spelling, dtype, seed):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        found = adapted(model, settings, seed)
        save(found, folder / "adapter", spelling, dtype)
        with torch.no_grad():
            expected = found(**batch).logits
            found.double()
            exact = found(**{n: t.double() if t.is_floating_point() else t for n, t in batch.items()}).logits
        done = forward(options, model_folder, folder / "adapter", batch, folder)
        if done.returncode != 0:
            print(f"{name}: {done.stderr.strip()}")
            return False
        ours = load_file(folder / "out.safetensors")["logits"]
        real = batch["attention_mask"] == 1
        distance, rounding, own = (float((a - b).abs()[real].max())
                                   for a, b in ((ours, expected), (expected, exact), (ours, exact)))
        good = distance <= 1e-4 or own <= 2 * rounding
        print(f"{name}: largest distance {distance:.1e}; from float64: peft {rounding:.1e}, llava4j {own:.1e}; the largest "
              f"logit is {float(exact.abs()[real].max()):.1f}{'' if good else ': DIFFERS'}")
        return good


def refused(name, options, model_folder, model, batch, settings, says, changed):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings)).save_pretrained(folder / "adapter")
        change(folder / "adapter", changed)
        done = forward(options, model_folder, folder / "adapter", batch, folder)
        line = done.stderr.strip().replace(str(folder), "")
        good = done.returncode == 1 and says in line and "\n" not in line
        print(f"{name}: {'refused' if good else 'NOT REFUSED'}: {line[:180]}")
        return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--language", type=Path, help="a small language model, for adapters on a base without eyes")
    parser.add_argument("--jar", type=Path, default=Path("target/llava4j.jar"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")

    def llava():
        return transformers.LlavaForConditionalGeneration.from_pretrained(options.model, dtype=torch.float32,
                                                                         attn_implementation="eager").eval()
    given = load_file(options.model / "reference.safetensors") if (options.model / "reference.safetensors").exists() else \
        load_file(options.model.parent / "golden.safetensors")
    batch = {name: given[name] for name in ("input_ids", "attention_mask", "pixel_values")}
    results = [compared(name, options, options.model, llava(), batch, settings, spelling, dtype, seed)
               for seed, (name, settings, spelling, dtype) in enumerate(SAME)]
    results += [refused(name, options, options.model, llava(), batch, *rest) for name, *rest in REFUSED]
    if options.language:
        words = {name: batch[name] for name in ("input_ids", "attention_mask")}
        base = transformers.AutoModelForCausalLM.from_pretrained(options.language, dtype=torch.float32).eval()
        words["input_ids"] = words["input_ids"] % base.config.vocab_size
        results.append(compared("a language model alone", options, options.language, base, words,
                                dict(r=4, lora_alpha=8, target_modules=ALL.split("|")), "transformers 5", torch.float32, 99))
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            save(adapted(llava(), dict(r=4, target_modules=decoder(), modules_to_save=["multi_modal_projector"]), 98),
                 folder / "adapter", "LLaVA", torch.bfloat16)
            done = forward(options, options.language, folder / "adapter", words, folder)
            line = done.stderr.strip().replace(str(folder), "")
            good = done.returncode == 1 and "assemble" in line and "\n" not in line
            print(f"LLaVA's adapter on a base that was not assembled: {'refused' if good else 'NOT REFUSED'}: {line}")
            results.append(good)
    print(f"{sum(results)} of {len(results)} as they should be")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
