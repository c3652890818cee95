"""Writes src/test/resources/fixtures/blip2 and idefics: the two connectors that the paper compares W with.

    python src/test/python/make_connector_fixtures.py

Needs torch, transformers 5 and safetensors. The tests read the files and need no Python.

Both are tiny random models, of other sizes in every place: a Q-Former with three layers before a decoder with grouped-query
heads; a resampler whose heads are not as wide as its latents, and gates that are vectors. reference.safetensors, right padded:
input_ids, attention_mask, labels, pixel_values, image_attention_mask; logits, loss; of blip2 image_embeds, query_output,
image_features, qformer_hidden_states.i, qformer_self_attention.i, qformer_cross_attention.i,
qformer_cross_attention_weights.i, qformer_only.* (features of another length); of idefics image_features_pre_resampler,
image_features, resampler_attention.i, cross_attention.g (where cross_attention_gate is 1), gated_layer.g; text_hidden_states.i;
grad.NAME of all that the recipes train; adamw5.NAME and adamw_losses of five steps; greedy.i.prompt and greedy.i.ids.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (Blip2Config, Blip2ForConditionalGeneration, IdeficsConfig, IdeficsForVisionText2Text)

OUT = Path(__file__).resolve().parents[1] / "resources" / "fixtures"
BOS, EOS, PAD = 1, 2, 0
STEPS, RATE = 5, 1e-3


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                value = 1 + 0.2 * noise
            elif "alpha" in name or "latents" in name or "query_tokens" in name or "embed_tokens" in name:
                value = 0.8 * noise
            elif p.dim() == 1:
                value = 0.2 * noise
            else:
                value = noise * 1.3 / (p[0].numel() ** 0.5)
            p.copy_(value)
        for name, p in model.named_parameters():
            if name.endswith("lm_head.weight"):
                p[EOS] = 0
    return model.double().eval()


def store(folder, model, tensors):
    folder.mkdir(parents=True, exist_ok=True)
    model.float().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_file({k: (v.detach().float() if v.is_floating_point() else v).contiguous().clone()
               for k, v in sorted(tensors.items())}, folder / "reference.safetensors", metadata={"format": "pt"})


def token_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def five_steps(model, trained, loss_of, out):
    """torch's AdamW on what the recipe trains; the weights are put back."""
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    optimizer = torch.optim.AdamW([p for n, p in model.named_parameters() if n in trained], lr=RATE, weight_decay=0.01)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    out["adamw_losses"] = torch.tensor(losses)
    for n, p in model.named_parameters():
        if n in trained and (p.dim() != 2 or "query" in n or "latents" in n or "additional" in n):
            out["adamw5." + n] = p.detach().clone()
    with torch.no_grad():
        for n, p in model.named_parameters():
            p.copy_(before[n])


def gradients(model, names, loss, out):
    model.zero_grad()
    loss.backward()
    for n, p in model.named_parameters():
        if n in names:
            out["grad." + n] = p.grad.clone()


def batch(rows, width):
    ids = torch.full((len(rows), width), PAD)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), width), -100)
    for b, (prompt, answer) in enumerate(rows):
        row = prompt + answer
        ids[b, :len(row)] = torch.tensor(row)
        mask[b, :len(row)] = 1
        labels[b, len(prompt):len(row)] = torch.tensor(answer)
    return ids, mask, labels


def hooked(modules, out):
    return [m.register_forward_hook(lambda _, __, y, name=name: out.__setitem__(name, y[0] if isinstance(y, tuple) else y))
            for name, m in modules.items()]


def blip2():
    image = 29
    config = Blip2Config(
        vision_config=dict(hidden_size=16, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2, image_size=12,
                           patch_size=4, hidden_act="gelu", layer_norm_eps=1e-6),
        qformer_config=dict(vocab_size=8, hidden_size=12, num_hidden_layers=3, num_attention_heads=3, intermediate_size=18,
                            cross_attention_frequency=2, encoder_hidden_size=16, max_position_embeddings=8,
                            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, use_qformer_text_input=False),
        text_config=dict(model_type="llama", vocab_size=30, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
                         num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64, bos_token_id=BOS,
                         eos_token_id=EOS, pad_token_id=PAD),
        num_query_tokens=5, image_token_index=image, attn_implementation="eager")
    model = randomise(Blip2ForConditionalGeneration(config), 3)
    with torch.no_grad():
        model.language_model.lm_head.weight[image] = 0
    generator = torch.Generator().manual_seed(4)
    pixels = torch.randn((2, 3, 12, 12), generator=generator, dtype=torch.double)
    rows = [([image] * 5 + [BOS, 7, 9, 5], [11, 12, EOS]), ([image] * 5 + [BOS, 8], [13, 6, 21, 4, EOS])]
    ids, mask, labels = batch(rows, 14)
    out = {}
    hooks = {"qformer_hidden_states.0": model.qformer.layernorm}
    for i, layer in enumerate(model.qformer.encoder.layer):
        hooks[f"qformer_self_attention.{i}"] = layer.attention
        if hasattr(layer, "crossattention"):
            hooks[f"qformer_cross_attention.{i}"] = layer.crossattention
        if i + 1 < 3:
            hooks[f"qformer_hidden_states.{i + 1}"] = layer
    handles = hooked(hooks, out)

    def run():
        return model(input_ids=ids, attention_mask=mask, pixel_values=pixels, output_hidden_states=True, return_dict=True)
    result = run()
    [h.remove() for h in handles]
    out = {k: v.detach() for k, v in out.items()}
    out |= dict(input_ids=ids, attention_mask=mask, labels=labels, pixel_values=pixels, logits=result.logits,
                image_embeds=result.vision_outputs.last_hidden_state, query_output=result.qformer_outputs.last_hidden_state)
    out["image_features"] = model.language_projection(out["query_output"])
    for i, h in enumerate(result.language_model_outputs.hidden_states):
        out[f"text_hidden_states.{i}"] = h
    names = {n for n, _ in model.named_parameters()
             if n.startswith(("query_tokens", "qformer", "language_projection", "vision_model.post_layernorm"))}
    loss = token_loss(result.logits, labels)
    out["loss"] = loss.detach()
    gradients(model, names, loss, out)
    five_steps(model, names, lambda: token_loss(run().logits, labels), out)
    other = torch.randn((1, 7, 16), generator=generator, dtype=torch.double)
    answer = model.qformer(query_embeds=model.query_tokens, encoder_hidden_states=other, return_dict=True)
    out["qformer_only.encoder_hidden_states"] = other
    out["qformer_only.query_output"] = answer.last_hidden_state
    for i, (prompt, _) in enumerate(rows):
        given = torch.tensor([prompt])
        made = model.generate(input_ids=given, attention_mask=torch.ones_like(given), pixel_values=pixels[i:i + 1],
                              max_new_tokens=8, do_sample=False, eos_token_id=-1)
        out[f"greedy.{i}.prompt"] = given
        out[f"greedy.{i}.ids"] = made[:, -8:]
    store(OUT / "blip2", model, out)


def looks(ids, image, pictures):
    """IDEFICS' rule: the last picture before, none after the end of a text."""
    mask = torch.zeros((*ids.shape, pictures), dtype=torch.long)
    for b in range(ids.shape[0]):
        seen, now = -1, -1
        for t, token in enumerate(ids[b].tolist()):
            if token == image:
                seen += 1
                now = seen
            if now >= 0:
                mask[b, t, now] = 1
            if token == EOS:
                now = -1
    return mask


def idefics():
    fake, image = 30, 31
    config = IdeficsConfig(
        vocab_size=30, additional_vocab_size=2, hidden_size=16, intermediate_size=24, num_hidden_layers=4,
        num_attention_heads=2, cross_layer_interval=2, qk_layer_norms=True, alpha_type="vector", alpha_initializer="zeros",
        use_resampler=True, max_position_embeddings=64, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=PAD,
        vision_config=dict(embed_dim=12, image_size=12, patch_size=4, intermediate_size=18, num_hidden_layers=2,
                           num_attention_heads=3, hidden_act="gelu"),
        perceiver_config=dict(use_resampler=True, resampler_n_latents=3, resampler_depth=2, resampler_n_heads=2,
                              resampler_head_dim=5, qk_layer_norms_perceiver=True), attn_implementation="eager")
    model = randomise(IdeficsForVisionText2Text(config), 5).float()
    with torch.no_grad():
        model.lm_head.additional_fc.weight.zero_()
        model.lm_head.additional_fc.weight[0, 0] = 0.01
    generator = torch.Generator().manual_seed(6)
    pixels = torch.randn((3, 2, 3, 12, 12), generator=generator)
    pixels[0, 1] = 0
    pixels[2] = 0
    mark = [fake, image, fake]
    rows = [([BOS, 5] + mark + [7, 9], [11, 12, EOS]), ([BOS, 8] + mark + [6, 4] + mark + [3], [13, 6, 21, 4, EOS]),
            ([BOS, 8, 14, 15], [17, EOS])]
    ids, mask, labels = batch(rows, 18)
    sees = looks(ids, image, 2) * mask[..., None]
    out = {}
    inner = model.model
    hooks = {}
    for i, block in enumerate(inner.perceiver_resampler.blocks):
        hooks[f"resampler_attention.{i}"] = block[0]
    for g, layer in enumerate(inner.gated_cross_attn_layers):
        hooks[f"cross_attention.{g}"] = layer.cross_attn
        hooks[f"gated_layer.{g}"] = layer
    hooks["text_hidden_states.0"] = inner.embed_tokens
    for i, layer in enumerate(inner.layers[:-1]):
        hooks[f"text_hidden_states.{i + 1}"] = layer
    hooks["image_features"] = inner.perceiver_resampler
    hooks["image_features_pre_resampler"] = inner.vision_model.encoder
    handles = hooked(hooks, out)

    def run():
        return model(input_ids=ids, attention_mask=mask, pixel_values=pixels, image_attention_mask=sees, return_dict=True)
    result = run()
    [h.remove() for h in handles]
    out = {k: (v.last_hidden_state if hasattr(v, "last_hidden_state") else v).detach() for k, v in out.items()}
    out |= dict(input_ids=ids, attention_mask=mask, labels=labels, pixel_values=pixels, image_attention_mask=sees,
                logits=result.logits, cross_attention_gate=(sees.sum(-1) > 0).long())
    names = {n for n, _ in model.named_parameters() if "resampler" in n or "gated" in n or "additional" in n}
    loss = token_loss(result.logits, labels)
    out["loss"] = loss.detach()
    gradients(model, names, loss, out)
    five_steps(model, names, lambda: token_loss(run().logits, labels), out)
    for i, (prompt, _) in enumerate(rows):
        given = torch.tensor([prompt])
        most = max(1, prompt.count(image))
        made = model.generate(input_ids=given, attention_mask=torch.ones_like(given), pixel_values=pixels[i:i + 1, :most],
                              image_attention_mask=looks(given, image, most), max_new_tokens=8, do_sample=False,
                              eos_token_id=-1)
        out[f"greedy.{i}.prompt"] = given
        out[f"greedy.{i}.ids"] = made[:, -8:]
    store(OUT / "idefics", model, out)


if __name__ == "__main__":
    torch.manual_seed(0)
    blip2()
    idefics()
