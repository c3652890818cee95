"""Writes src/test/resources/fixtures: tiny random models and what Hugging Face transformers computes with them.

    python src/test/python/make_fixtures.py [target folder]

Needs torch, transformers 5, tokenizers, safetensors, numpy and pillow. The files are committed: the Java tests read them
and need no Python. Weights are drawn until greedy decoding is clear-cut, so that no test hangs on a rounding error.

    llava_linear/     the original LLaVA layout: config.json, model.safetensors, vision_tower/ apart; W is one matrix
    llava_mlp2x_gqa/  as transformers 5 saves it: two projector matrices, grouped-query attention, tied embeddings, "full"
    clip/             both towers
    llama/            two shards in bfloat16; the batch is padded on the left
    tokenizer/        byte fallback, and examples of encoding and decoding
    dtypes.safetensors  one small tensor of every type that is read

reference.safetensors holds inputs and results (B = 2):
    input_ids, attention_mask, labels      int64; labels are -100 where nothing is learned
    pixel_values                           of image0.png and image1.png
    vision_hidden_states.i                 0: after pre_layrnorm
    image_features_pre_projection, image_features
    text_hidden_states.i                   0: input embeddings, images in place; the last: after the final norm
    logits, per_token_loss [B, T-1], loss  loss = sum of per_token_loss / number of labels that count
    grad.NAME                              gradient of loss, under the names that llava4j uses
reference.json holds prompts, greedy continuations, the losses of five AdamW steps on the projector.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPVisionConfig, LlamaConfig, LlamaForCausalLM,
                          LlavaConfig, LlavaForConditionalGeneration, PreTrainedTokenizerFast)

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
TARGET = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "resources/fixtures")
NEW_TOKENS = 8
SPECIAL = 64  # ids from here on are <image>, <pad>, or have no token
CORPUS = ["USER: What is in the picture? ASSISTANT: The red ball is left of the blue box.",
          "a small green cat and two red dogs. Describe the image in detail.", "There are three things: a box, a cat, a dog."]


# ---- tokenizers

def llama_like(byte_fallback, size):
    """LLaMA's kind: a "▁" before every word, no split at punctuation."""
    specials = ["<unk>", "<s>", "</s>"]
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.pre_tokenizer = pre_tokenizers.Metaspace(split=True)
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=size, special_tokens=specials))
    model = json.loads(trained.to_str())["model"]
    pieces = [piece for piece in model["vocab"] if piece not in specials]
    octets = [f"<0x{octet:02X}>" for octet in range(256)] if byte_fallback else []
    vocabulary = {piece: i for i, piece in enumerate(specials + octets + pieces)}
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=byte_fallback, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " ")] + ([decoders.ByteFallback()] if byte_fallback else [])
    tokenizer.decoder = decoders.Sequence(steps + [decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True)
                                  for t in specials + ["<image>", "<pad>"]])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s> $B", [("<s>", 1)])
    return wrapped(tokenizer, image_token="<image>", pad_token="<pad>")


def clip_like():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\w+|[^\w\s]+"), "removed", invert=True)
    tokenizer.train_from_iterator(CORPUS, trainers.WordLevelTrainer(
        vocab_size=40, special_tokens=["<unk>", "<s>", "</s>"]))
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", None, [("<s>", 1), ("</s>", 2)])
    return wrapped(tokenizer, pad_token="</s>")


def wrapped(tokenizer, **more):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
                                   clean_up_tokenization_spaces=False, model_max_length=64, **more)


def tokenizer_fixture(folder):
    tokenizer = llama_like(True, 90)
    tokenizer.save_pretrained(folder)
    texts = ["", " ", "a red ball", "  two  spaces ", "What is\nin the picture?", "<image>", "<image>\nDescribe.",
             "a</s>b", "<s>", "naïve café", "日本語", "😀!", "👨‍👩‍👧", "é", "tab\tand\r\n", "▁", "0123456789",
             "USER: hi ASSISTANT:", "don't , stop .", "\u0000\u0001", "x" * 50]
    encode = [dict(text=text, add_special_tokens=special, ids=ids, tokens=tokenizer.convert_ids_to_tokens(ids),
                   decoded=tokenizer.decode(ids), decoded_skip_special=tokenizer.decode(ids, skip_special_tokens=True))
              for text in texts for special in (True, False)
              for ids in [tokenizer.encode(text, add_special_tokens=special)]]
    lists = [[], [3], [226, 129], [226, 130, 175, 3 + 0xE2], [1, 2, 0], [len(tokenizer) - 1], [3 + 0xF0, 3 + 0x9F, 3 + 0x98]]
    decode = [dict(ids=ids, decoded=tokenizer.decode(ids), decoded_skip_special=tokenizer.decode(
        ids, skip_special_tokens=True)) for ids in lists]
    write(folder / "examples.json", dict(encode=encode, decode=decode))


# ---- models

def draw(model, seed, scale=1.0):
    """Weights large enough that every part of the network shows in the result, norms and biases included."""
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if name.endswith("logit_scale"):
            weight.data.fill_(1.5)
        elif "norm" in name or "layrnorm" in name:
            weight.data = (1.0 if name.endswith("weight") else 0.0) + 0.1 * noise
        elif weight.dim() == 1:
            weight.data = 0.1 * noise
        else:
            fan_in = weight.shape[1:].numel() if "embed" not in name else 4
            weight.data = scale * noise / fan_in ** 0.5
    return model.eval().requires_grad_(True)


def pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(5)
    found = []
    for i, (height, width) in enumerate([(17, 26), (31, 12)]):
        y, x = np.mgrid[0:height, 0:width]
        base = np.stack([x * 255 / width, y * 255 / height, 255 * ((x // 4 + y // 3) % 2)], -1)
        pixels = np.clip(base + random.integers(-20, 20, base.shape), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"image{i}.png", optimize=True)
        found.append(Image.open(folder / f"image{i}.png"))
    return found


def processor(size):
    return CLIPImageProcessor(size={"shortest_edge": size}, crop_size={"height": size, "width": size})


def write(file, content):
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def store(folder, tensors):
    save_file({name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()},
              folder / "reference.safetensors", metadata={"format": "pt"})


def losses(logits, labels):
    each = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none")
    return each, each.sum() / (labels[:, 1:] != -100).sum()


def padded(rows, fill, left=False):
    length = max(map(len, rows))
    return torch.tensor([[fill] * (length - len(row)) + row if left else row + [fill] * (length - len(row))
                         for row in rows])


def margin(logits):
    """How clearly the best token wins; without that, two correct programs could disagree."""
    top = logits.topk(2).values
    return (top[..., 0] - top[..., 1]).min().item()


def greedy(logits_of, row):
    """Plain greedy decoding without a cache; -> ids, smallest margin (0 if a special token comes up)."""
    ids, smallest = list(row), float("inf")
    for _ in range(NEW_TOKENS):
        last = logits_of(torch.tensor([ids]))[0, -1]
        smallest = min(smallest, margin(last))
        ids.append(last.argmax().item())
        if ids[-1] in (0, 1, 2) or ids[-1] >= SPECIAL:
            return [], 0.0
    return ids[len(row):], smallest


def clear_cut(make, run, rounded=lambda weight: weight):
    for seed in range(1000):
        model = draw(make(), seed, 1.4)
        for weight in model.parameters():
            weight.data = rounded(weight.data)
        with torch.no_grad():
            results = [greedy(*job) for job in run(model)]
        if all(smallest > 0.05 and len(set(ids)) > 4 for ids, smallest in results):
            return model, seed, [ids for ids, _ in results]
    raise SystemExit("no clear-cut weights found")


def llava(name, tokenizer, vision, text, projector_type, **more):
    folder = TARGET / name
    images = pictures(folder)
    config = LlavaConfig(vision_config=CLIPVisionConfig(**vision), text_config=LlamaConfig(**text),
                         image_token_index=tokenizer.convert_tokens_to_ids("<image>"), projector_hidden_act="gelu", **more)
    tokens = (vision["image_size"] // vision["patch_size"]) ** 2 + (more["vision_feature_select_strategy"] == "full")
    config.image_seq_length = tokens
    pixels = processor(vision["image_size"])(images, return_tensors="pt")["pixel_values"]
    prompts = ["USER: <image>\nWhat is in the picture? ASSISTANT:", "USER: the box?<image> ASSISTANT:"]
    answers = [" a red ball.</s>", " The blue cat is left of two dogs.</s>"]

    def expanded(prompt):
        return [copy for i in tokenizer.encode(prompt) for copy in [i] * (tokens if i == config.image_token_index else 1)]

    def make():
        model = LlavaForConditionalGeneration._from_config(config, attn_implementation="eager")
        if projector_type == "linear":
            model.model.multi_modal_projector = torch.nn.Linear(vision["hidden_size"], text["hidden_size"])
        model.tie_weights()
        return model

    def jobs(model):
        return [(lambda ids, i=i: model(input_ids=ids, pixel_values=pixels[i:i + 1]).logits, expanded(prompt))
                for i, prompt in enumerate(prompts)]

    model, seed, generated = clear_cut(make, jobs)
    questions = [expanded(prompt) for prompt in prompts]
    rows = [question + tokenizer.encode(answer, add_special_tokens=False) for question, answer in zip(questions, answers)]
    ids = padded(rows, tokenizer.pad_token_id)
    mask = padded([[1] * len(row) for row in rows], 0)
    labels = padded([[-100] * len(question) + row[len(question):] for question, row in zip(questions, rows)], -100)

    out = model(input_ids=ids, attention_mask=mask, pixel_values=pixels, output_hidden_states=True)
    each, loss = losses(out.logits, labels)
    loss.backward()
    states = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states
    features = states[config.vision_feature_layer]
    features = features if config.vision_feature_select_strategy == "full" else features[:, 1:]
    gradients = {f"grad.{canonical(n)}": p.grad for n, p in model.named_parameters()
                 if p.grad is not None and "vision_tower" not in n}
    store(folder, dict(
        input_ids=ids, attention_mask=mask, labels=labels, pixel_values=pixels,
        **{f"vision_hidden_states.{i}": s for i, s in enumerate(states)},
        **{f"text_hidden_states.{i}": s for i, s in enumerate(out.hidden_states)},
        image_features_pre_projection=features, image_features=model.model.multi_modal_projector(features),
        logits=out.logits, per_token_loss=each, loss=loss, **gradients))
    save_llava(model, folder, tokenizer, projector_type)
    adamw = dict(lr=1e-2, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.01)
    write(folder / "reference.json", dict(
        seed=seed, prompts=prompts, answers=answers,
        generate=[dict(images=[i], input_ids=question, generated_ids=g, text=tokenizer.decode(g, skip_special_tokens=True))
                  for i, (question, g) in enumerate(zip(questions, generated))],
        stage1_adamw=adamw, stage1_adamw_losses=stage1(model, adamw, ids, mask, pixels, labels)))


def canonical(name):
    """The name that llava4j uses, those of transformers 4."""
    name = name.replace("model.language_model.", "language_model.model.").replace("model.multi_modal_projector.weight",
        "multi_modal_projector.linear_1.weight").replace("model.multi_modal_projector.bias", "multi_modal_projector.linear_1.bias")
    name = name.replace("model.multi_modal_projector.", "multi_modal_projector.")
    return "language_model." + name if name.startswith("lm_head.") else name


def stage1(model, adamw, ids, mask, pixels, labels):
    """Five steps that move the projector alone."""
    optimizer = torch.optim.AdamW(model.model.multi_modal_projector.parameters(), **adamw)
    found = []
    for _ in range(5):
        optimizer.zero_grad()
        _, loss = losses(model(input_ids=ids, attention_mask=mask, pixel_values=pixels).logits, labels)
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def save_llava(model, folder, tokenizer, projector_type):
    tokenizer.save_pretrained(folder)
    size = model.config.vision_config.image_size
    if projector_type == "mlp2x_gelu":
        model.save_pretrained(folder)
        processor(size).save_pretrained(folder)
        return
    # The original repository: decoder and projector in one file, the encoder in a folder of its own
    tower = folder / "vision_tower"
    model.model.vision_tower.save_pretrained(tower)
    processor(size).save_pretrained(tower)
    tensors = {n.replace("model.language_model.", "model.").replace("model.multi_modal_projector.", "model.mm_projector."):
               p.detach().clone() for n, p in model.named_parameters() if "vision_tower" not in n}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    text = model.config.text_config
    keep = ["hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads", "num_hidden_layers", "vocab_size",
            "max_position_embeddings", "rms_norm_eps", "hidden_act", "bos_token_id", "eos_token_id", "pad_token_id"]
    write(folder / "config.json", dict(
        architectures=["LlavaLlamaForCausalLM"], model_type="llava", mm_vision_tower="openai/clip-vit-large-patch14",
        mm_hidden_size=model.config.vision_config.hidden_size, mm_vision_select_layer=model.config.vision_feature_layer,
        mm_vision_select_feature="patch", mm_projector_type="linear", mm_use_im_start_end=False,
        image_token_index=model.config.image_token_index, tie_word_embeddings=False, torch_dtype="float32",
        transformers_version="4.28.0.dev0", **{key: getattr(text, key) for key in keep}))


def llama(tokenizer, text):
    folder = TARGET / "llama"
    folder.mkdir(parents=True)
    prompts = ["USER: What is in the picture?", "a small green cat and two red"]

    def make():
        return LlamaForCausalLM._from_config(LlamaConfig(**text), attn_implementation="eager")

    def jobs(model):
        return [(lambda ids: model(input_ids=ids).logits, tokenizer.encode(prompt)) for prompt in prompts]

    # Stored in bfloat16, so what is computed with must be what bfloat16 holds
    model, seed, generated = clear_cut(make, jobs, lambda weight: weight.bfloat16().float())
    rows = [tokenizer.encode(prompt) for prompt in prompts]
    ids = padded(rows, tokenizer.pad_token_id, left=True)
    mask = padded([[1] * len(row) for row in rows], 0, left=True)
    # The first token of a row is predicted from padding, so it is not learned
    labels = padded([[-100] + row[1:] for row in rows], -100, left=True)
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    out = model(input_ids=ids, attention_mask=mask, position_ids=positions, output_hidden_states=True)
    each, loss = losses(out.logits, labels)
    loss.backward()
    store(folder, dict(input_ids=ids, attention_mask=mask, position_ids=positions, labels=labels,
                       **{f"text_hidden_states.{i}": s for i, s in enumerate(out.hidden_states)},
                       logits=out.logits, per_token_loss=each, loss=loss,
                       **{f"grad.language_model.{n}": p.grad for n, p in model.named_parameters()}))
    model.bfloat16().save_pretrained(folder, max_shard_size="10KB")
    tokenizer.save_pretrained(folder)
    write(folder / "reference.json", dict(seed=seed, prompts=prompts, generate=[
        dict(images=[], input_ids=row, generated_ids=g) for row, g in zip(rows, generated)]))


def clip(vision, text):
    folder = TARGET / "clip"
    images = pictures(folder)
    tokenizer = clip_like()
    text = dict(text, vocab_size=len(tokenizer), bos_token_id=1, eos_token_id=tokenizer.convert_tokens_to_ids("."),
                pad_token_id=2)
    # id 2 would be read as "the largest id ends the caption" (the first CLIP checkpoints), so the caption ends in "."
    config = CLIPConfig(vision_config=vision, text_config=text, projection_dim=8)
    model = draw(CLIPModel._from_config(config, attn_implementation="eager"), 3)
    captions = ["the red ball is left of the box.", "a cat and two dogs."]
    batch = tokenizer(captions, padding=True, return_tensors="pt")
    pixels = processor(vision["image_size"])(images, return_tensors="pt")["pixel_values"]
    out = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], pixel_values=pixels, return_loss=True)
    out.loss.backward()
    states = model.vision_model(pixels, output_hidden_states=True).hidden_states
    store(folder, dict(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], pixel_values=pixels,
                       **{f"vision_hidden_states.{i}": s for i, s in enumerate(states)},
                       image_embeds=out.image_embeds, text_embeds=out.text_embeds, logits_per_image=out.logits_per_image,
                       contrastive_loss=out.loss, **{f"grad.{n}": p.grad for n, p in model.named_parameters()}))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor(vision["image_size"]).save_pretrained(folder)
    write(folder / "reference.json", dict(captions=captions))


def dtypes():
    halves = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 6.1035156e-05, 5.9604645e-08, 0.333251953125])
    save_file(dict(
        f64=torch.tensor([[1.0, -2.5e300, 3e-300]], dtype=torch.float64), f32=torch.tensor([1.0, 1e-45, -3.4e38]),
        f16=halves.half(), bf16=torch.tensor([1.0, -3.140625, 1e-40, 3.3e38]).bfloat16(),
        i64=torch.tensor([[-2 ** 63], [2 ** 63 - 1]]), i32=torch.tensor([-2 ** 31, 2 ** 31 - 1], dtype=torch.int32),
        u8=torch.tensor([0, 127, 128, 255], dtype=torch.uint8), bool=torch.tensor([True, False]),
        scalar=torch.tensor(2.5), empty=torch.zeros(0, 3)), TARGET / "dtypes.safetensors", metadata={"format": "pt"})
    # What each must be in float32, as bits
    half = load_file(TARGET / "dtypes.safetensors")
    write(TARGET / "dtypes.json", {name: half[name].float().numpy().view(np.int32).tolist() for name in ("f32", "f16", "bf16")})


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for folder in ("llava_linear", "llava_mlp2x_gqa", "clip", "llama", "tokenizer"):
        shutil.rmtree(TARGET / folder, ignore_errors=True)
    tokenizer_fixture(TARGET / "tokenizer")
    words = llama_like(False, 64)
    text = dict(vocab_size=len(words) + 3, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=4, max_position_embeddings=64, rms_norm_eps=1e-6, bos_token_id=1, eos_token_id=2,
                pad_token_id=words.pad_token_id, tie_word_embeddings=False)
    vision = dict(image_size=12, patch_size=4, hidden_size=12, intermediate_size=20, num_hidden_layers=3,
                  num_attention_heads=2, layer_norm_eps=1e-5, hidden_act="quick_gelu", projection_dim=8)
    llava("llava_linear", words, vision, text, "linear", vision_feature_layer=-2, vision_feature_select_strategy="default",
          tie_word_embeddings=False)
    llava("llava_mlp2x_gqa", words, dict(vision, num_hidden_layers=2), dict(
        text, num_key_value_heads=2, head_dim=6, rope_parameters=dict(rope_type="default", rope_theta=500.0),
        rms_norm_eps=1e-5, tie_word_embeddings=True), "mlp2x_gelu",
        vision_feature_layer=-1, vision_feature_select_strategy="full", tie_word_embeddings=True)
    llama(words, dict(text, attention_bias=True, mlp_bias=True))
    clip(dict(vision, num_hidden_layers=2), dict(
        hidden_size=12, intermediate_size=16, num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=20,
        projection_dim=8, layer_norm_eps=1e-5, hidden_act="quick_gelu"))
    dtypes()
    for unused in TARGET.rglob("chat_template.jinja"):
        unused.unlink()


main()
