"""Writes src/test/resources/fixtures/lora: LoRA adapters on fixtures/llava_mlp2x_gqa, and what peft computes with them.

    python src/test/python/make_lora_fixtures.py [fixtures folder]

Needs torch, transformers 5, peft, safetensors and pillow.

    adapter/    as peft saves it: the decoder's linear layers, the projector in full (modules_to_save)
    llava/      the same parameters in the files of the original repository: LoRA in adapter_model.bin, the projector in
                non_lora_trainables.bin
    patterns/   rank_pattern, alpha_pattern and use_rslora; some layers only, no projector
    reference.safetensors   batch of the base's own reference.safetensors:
        logits, per_token_loss, loss, merged.logits, merged.NAME, grad.NAME, adamw3.NAME (names of llava4j), patterns.logits
    reference.json          greedy continuations of the base's prompts, losses of three AdamW steps with two groups
"""
import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlavaForConditionalGeneration

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
FIXTURES = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "resources/fixtures")
BASE = FIXTURES / "llava_mlp2x_gqa"
TARGET = FIXTURES / "lora"
DECODER = r".*language_model.*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
NEW_TOKENS = 8
SPECIAL = 64


def base():
    return LlavaForConditionalGeneration.from_pretrained(BASE, attn_implementation="eager").eval()


def draw(model, seed):
    """Large enough that the adapter decides what is said."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if "lora_A" in name:
            weight.data = noise / weight.shape[1] ** 0.5
        elif "lora_B" in name:
            weight.data = 0.4 * noise / weight.shape[1] ** 0.5
        elif "modules_to_save" in name:
            weight.data = weight.data + 0.1 * noise
    return model.eval()


def losses(logits, labels):
    each = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none")
    return each, each.sum() / (labels[:, 1:] != -100).sum()


def canonical(name):
    """The name that llava4j uses."""
    name = name.removeprefix("base_model.model.").replace(".default.", ".").replace("modules_to_save.", "")
    name = name.replace("model.language_model.", "language_model.model.")
    return name.replace("model.multi_modal_projector.", "multi_modal_projector.")


def greedy(model, row, pixels):
    ids, smallest = list(row), float("inf")
    for _ in range(NEW_TOKENS):
        last = model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0, -1]
        top = last.topk(2)
        smallest = min(smallest, (top.values[0] - top.values[1]).item())
        ids.append(top.indices[0].item())
        if ids[-1] in (0, 1, 2) or ids[-1] >= SPECIAL:
            return [], 0.0
    return ids[len(row):], smallest


def clear_cut(jobs):
    config = dict(r=3, lora_alpha=6, lora_dropout=0.05, target_modules=DECODER, task_type="CAUSAL_LM",
                  modules_to_save=["multi_modal_projector"])
    for seed in range(1000):
        model = draw(get_peft_model(base(), LoraConfig(**config)), seed)
        with torch.no_grad():
            found = [greedy(model, *job) for job in jobs]
        if all(smallest > 0.05 and len(set(ids)) > 4 for ids, smallest in found):
            return model, seed, [ids for ids, _ in found]
    raise SystemExit("no clear-cut adapter found")


def llava_files(folder):
    """The same parameters as the original repository names and stores them."""
    folder.mkdir()
    tensors = load_file(TARGET / "adapter/adapter_model.safetensors")
    names = {name: name.replace("model.language_model.", "model.").replace("multi_modal_projector.linear_1", "mm_projector.0")
             .replace("multi_modal_projector.linear_2", "mm_projector.2") for name in tensors}
    torch.save({new: tensors[name] for name, new in names.items() if "lora_" in name}, folder / "adapter_model.bin")
    torch.save({new: tensors[name] for name, new in names.items() if "lora_" not in name}, folder / "non_lora_trainables.bin")
    (folder / "adapter_config.json").write_text(json.dumps(dict(
        base_model_name_or_path="lmsys/vicuna-7b-v1.5", bias="none", fan_in_fan_out=False, inference_mode=True,
        init_lora_weights=True, lora_alpha=6, lora_dropout=0.05, modules_to_save=None, peft_type="LORA", r=3,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        task_type="CAUSAL_LM"), indent=1) + "\n")


def main():
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir()
    given = load_file(BASE / "reference.safetensors")
    known = json.loads((BASE / "reference.json").read_text())
    batch = {name: given[name] for name in ("input_ids", "attention_mask", "pixel_values")}
    labels = given["labels"]
    prompts = [case["input_ids"] for case in known["generate"]]
    model, seed, generated = clear_cut([(row, batch["pixel_values"][i:i + 1]) for i, row in enumerate(prompts)])
    model.save_pretrained(TARGET / "adapter")
    llava_files(TARGET / "llava")
    learns = {canonical(n): p for n, p in model.named_parameters() if "lora_" in n or "modules_to_save" in n}
    for name, weight in model.named_parameters():
        weight.requires_grad_("lora_" in name or "modules_to_save" in name)
    logits = model(**batch).logits
    each, loss = losses(logits, labels)
    loss.backward()
    out = dict(logits=logits, per_token_loss=each, loss=loss, **{f"grad.{n}": p.grad.clone() for n, p in learns.items()})

    merged = PeftModel.from_pretrained(base(), TARGET / "adapter").merge_and_unload()
    out["merged.logits"] = merged(**batch).logits
    for name in ("model.language_model.layers.0.self_attn.k_proj.weight", "model.language_model.layers.1.mlp.down_proj.weight"):
        out[f"merged.{canonical(name)}"] = dict(merged.named_parameters())[name]

    adamw = dict(lora_lr=1e-2, projector_lr=1e-3, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.0)
    optimizer = torch.optim.AdamW(
        [dict(params=[p for n, p in learns.items() if "lora_" in n], lr=adamw["lora_lr"]),
         dict(params=[p for n, p in learns.items() if "lora_" not in n], lr=adamw["projector_lr"])],
        betas=adamw["betas"], eps=adamw["eps"], weight_decay=0.0)
    seen = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = losses(model(**batch).logits, labels)[1]
        loss.backward()
        optimizer.step()
        seen.append(loss.item())
    out.update({f"adamw3.{n}": p.data for n, p in learns.items()})

    patterned = draw(get_peft_model(base(), LoraConfig(
        r=4, lora_alpha=6, use_rslora=True, target_modules=r".*language_model.*\.(q_proj|v_proj|down_proj)",
        rank_pattern={"v_proj": 2, r"layers\.1\.mlp\.down_proj": 5}, alpha_pattern={"down_proj": 3})), seed + 1)
    patterned.save_pretrained(TARGET / "patterns")
    out["patterns.logits"] = patterned(**batch).logits
    save_file({n: t.detach().contiguous().clone() for n, t in out.items()}, TARGET / "reference.safetensors",
              metadata={"format": "pt"})
    (TARGET / "reference.json").write_text(json.dumps(dict(
        seed=seed, generate=[dict(input_ids=row, generated_ids=ids) for row, ids in zip(prompts, generated)],
        adamw=adamw, adamw_losses=seen), indent=1) + "\n")
    for readme in TARGET.rglob("README.md"):
        readme.unlink()
    for config in TARGET.rglob("adapter_config.json"):
        # peft notes where the base lay on the machine that made the adapter
        values = json.loads(config.read_text())
        values["base_model_name_or_path"] = "tiny-random/llava"
        config.write_text(json.dumps(values, indent=1) + "\n")


main()
