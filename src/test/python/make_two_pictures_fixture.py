"""Writes src/test/resources/fixtures/llava_two_pictures and clip_old_end, beside what make_fixtures.py writes.

    python src/test/python/make_two_pictures_fixture.py      (after make_fixtures.py)

Needs torch, transformers 5 and safetensors. The tests read the files and need no Python.

llava_two_pictures is a tiny random LLaVA with two projector matrices, grouped-query heads and the features before the
encoder's last layer; a prompt with two pictures and one with one. transformers_4 in it is the same model as transformers
4 wrote it: other names, float16, shards. Its weights are numbers that half precision holds exactly, so both are the same
to the bit. reference.safetensors: names as in make_fixtures.py, and greedy.ids, adamw.losses, adamw.NAME (the projector
after five steps of torch's AdamW). Computed in double precision, stored in single.

clip_old_end: the captions of clip, embedded as transformers does when a checkpoint names id 2 as the end of a text.
"""
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPModel, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

OUT = Path(__file__).resolve().parents[1] / "resources" / "fixtures"
BOS, EOS, PAD, IMAGE = 1, 2, 0, 60
PICTURE = [IMAGE] * 9
MARGIN = 0.01   # between the likeliest token and the next, so that rounding cannot change a greedy choice


def randomise(model, seed):
    """Random weights of a size at which attention is neither flat nor a single peak."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=generator)
            if "norm" in name and name.endswith("weight"):
                value = 1 + 0.2 * noise
            elif p.dim() == 1:
                value = 0.2 * noise
            elif "embed" in name and p.dim() == 2:
                value = 0.7 * noise
            else:
                value = noise * 1.4 / (p[0].numel() ** 0.5)
            if name == "lm_head.weight":
                value[[IMAGE, EOS]] = 0        # never the likeliest: an answer goes on
            p.copy_(value.half().float())
    return model.eval()


def store(file, tensors):
    save_file({k: (v.detach().float() if v.is_floating_point() else v).contiguous().clone()
               for k, v in sorted(tensors.items())}, file, metadata={"format": "pt"})


def greedy(logits_of, count):
    chosen = []
    for _ in range(count):
        best = logits_of(chosen)[0, -1].topk(2)
        assert best.values[0] - best.values[1] > MARGIN, "a greedy choice is too close: take another seed"
        chosen.append(int(best.indices[0]))
    return chosen


def two_pictures():
    folder = OUT / "llava_two_pictures"
    shutil.rmtree(folder, ignore_errors=True)
    vision = dict(hidden_size=12, intermediate_size=20, num_hidden_layers=3, num_attention_heads=2, image_size=12,
                  patch_size=4, projection_dim=8, hidden_act="quick_gelu", layer_norm_eps=1e-5)
    text = dict(vocab_size=61, hidden_size=16, intermediate_size=24, num_hidden_layers=2, max_position_embeddings=128,
                num_attention_heads=4, num_key_value_heads=2, head_dim=6, rms_norm_eps=1e-6, bos_token_id=BOS,
                eos_token_id=EOS, pad_token_id=PAD, rope_parameters={"rope_type": "default", "rope_theta": 10000.0})
    config = LlavaConfig(vision_config=CLIPVisionConfig(**vision), text_config=LlamaConfig(**text),
                         image_token_index=IMAGE, projector_hidden_act="gelu", vision_feature_layer=-2,
                         vision_feature_select_strategy="default", image_seq_length=9, tie_word_embeddings=False)
    model = randomise(LlavaForConditionalGeneration._from_config(config, attn_implementation="eager"), SEED)
    model.save_pretrained(folder)
    as_transformers_4(folder, folder / "transformers_4")

    model = model.double()
    g = torch.Generator().manual_seed(42)
    words = lambda n: torch.randint(5, IMAGE, (n,), generator=g).tolist()
    pixels = torch.randn(3, 3, 12, 12, generator=g)
    prompts = [[BOS] + words(1) + PICTURE + words(2) + PICTURE + words(2), [BOS] + words(3) + PICTURE + words(1)]
    rows = [prompts[0] + words(2) + [EOS], prompts[1] + words(4) + [EOS]]
    length = max(map(len, rows))
    pad = lambda row, value: row + [value] * (length - len(row))
    ids = torch.tensor([pad(row, PAD) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    labels = torch.tensor([pad([-100] * len(p) + r[len(p):], -100) for p, r in zip(prompts, rows)])

    def forward():
        logits = model(input_ids=ids, attention_mask=mask, pixel_values=pixels.double()).logits
        return logits, torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, 61), labels[:, 1:].reshape(-1),
                                                         ignore_index=-100)

    logits, loss = forward()
    loss.backward()
    projector = model.model.multi_modal_projector
    with torch.no_grad():
        states = model.model.vision_tower(pixels.double(), output_hidden_states=True).hidden_states
        features = states[-2][:, 1:].reshape(27, 12)
        answers = [greedy(lambda new: model(input_ids=torch.tensor([prompt + new]), pixel_values=pictures).logits, 10)
                   for prompt, pictures in zip(prompts, [pixels[:2].double(), pixels[2:].double()])]
    reference = {"input_ids": ids, "attention_mask": mask, "labels": labels, "pixel_values": pixels, "logits": logits,
                 "loss": loss, "image_features_pre_projection": features, "image_features": projector(features),
                 "prompt_lengths": torch.tensor([len(p) for p in prompts]), "greedy.ids": torch.tensor(answers),
                 **{f"grad.multi_modal_projector.{n}": p.grad.clone() for n, p in projector.named_parameters()}}
    optimizer = torch.optim.AdamW(projector.parameters(), lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = forward()[1]
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    reference["adamw.losses"] = torch.tensor(losses)
    reference.update({f"adamw.multi_modal_projector.{n}": p for n, p in projector.named_parameters()})
    store(folder / "reference.safetensors", reference)


def as_transformers_4(source, target):
    target.mkdir()
    tensors = {k.replace("vision_tower.", "vision_tower.vision_model."): v
               for k, v in load_file(source / "model.safetensors").items()}
    half = {k: v.half() for k, v in sorted(tensors.items())}
    assert all(torch.equal(half[k].float(), v) for k, v in tensors.items())
    names = list(half)
    where = {}
    for i, part in enumerate((names[:len(names) // 2], names[len(names) // 2:]), 1):
        file = f"model-{i:05d}-of-00002.safetensors"
        save_file({k: half[k] for k in part}, target / file, metadata={"format": "pt"})
        where.update({k: file for k in part})
    size = sum(v.numel() * 2 for v in half.values())
    write_json(target / "model.safetensors.index.json", {"metadata": {"total_size": size}, "weight_map": where})
    config = json.loads((source / "config.json").read_text())
    config.pop("dtype")
    config.update(torch_dtype="float16", transformers_version="4.36.0")
    rope = config["text_config"].pop("rope_parameters")
    config["text_config"].update(rope_theta=rope["rope_theta"], rope_scaling=None)
    write_json(target / "config.json", config)


def write_json(file, value):
    file.write_text(json.dumps(value, indent=1) + "\n")


def clip_old_end():
    folder = OUT / "clip_old_end"
    folder.mkdir(exist_ok=True)
    model = CLIPModel.from_pretrained(OUT / "clip", attn_implementation="eager")
    model.text_model.eos_token_id = 2
    ids = torch.tensor([[1, 7, 12, 9, 5, 2, 2, 2], [1, 6, 5, 13, 8, 4, 11, 2]])
    with torch.no_grad():
        pixels = torch.zeros(1, 3, 12, 12)
        old = model(input_ids=ids, pixel_values=pixels).text_embeds
    store(folder / "reference.safetensors", {"input_ids": ids, "text_embeds": old})


SEED = 41


def main():
    torch.set_num_threads(1)
    two_pictures()
    clip_old_end()
    for file in OUT.glob("*/**/*.safetensors"):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
