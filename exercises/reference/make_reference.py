"""Writes the values that the exercises are compared with: e01.json to e21.json beside this file.

Made with torch and transformers in float64, on inputs of one decimal that the seed fixes:

    python make_reference.py
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F
import transformers
from transformers import (CLIPConfig, CLIPModel, CLIPVisionConfig, LlamaConfig, LlavaConfig,
                          LlavaForConditionalGeneration, PreTrainedTokenizerFast)
from transformers.models.clip.modeling_clip import CLIPVisionEmbeddings
from transformers.models.llama.modeling_llama import LlamaRMSNorm, LlamaRotaryEmbedding, apply_rotary_pos_emb
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

HERE = pathlib.Path(__file__).parent
torch.set_default_dtype(torch.float64)
torch.manual_seed(2304)


def draw(*shape):
    """Numbers between -2 and 2 with one decimal."""
    return torch.randint(-20, 21, shape).double() / 10


def plain(value):
    if isinstance(value, torch.Tensor):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return round(value, 10) if isinstance(value, float) else value


def write(number, **values):
    rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(plain(v), ensure_ascii=False)}" for k, v in values.items())
    (HERE / f"e{number:02d}.json").write_text("{\n" + rows + "\n}\n", encoding="utf-8")


def e01():
    picture = draw(3, 4, 6)
    write(1, picture=picture, patches=F.unfold(picture[None], 2, stride=2)[0].T)


def e02():
    config = CLIPVisionConfig(hidden_size=5, image_size=4, patch_size=2, num_attention_heads=1)
    module = CLIPVisionEmbeddings(config)
    for p in module.parameters():
        p.data = draw(*p.shape)
    picture = draw(3, 4, 4)
    write(2, patches=F.unfold(picture[None], 2, stride=2)[0].T, kernel=module.patch_embedding.weight,
          class_token=module.class_embedding, positions=module.position_embedding.weight,
          tokens=module(picture[None])[0])


def e03():
    q, k, v = draw(3, 4), draw(5, 4), draw(5, 2)
    write(3, q=q, k=k, v=v, out=F.scaled_dot_product_attention(q[None], k[None], v[None])[0])


def e04():
    q, k, v = draw(5, 4), draw(5, 4), draw(5, 2)
    write(4, q=q, k=k, v=v,
          out=F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0])


def e05():
    x, gain = draw(6), draw(6)
    module = LlamaRMSNorm(6, eps=1e-5)
    module.weight.data = gain
    write(5, x=x, gain=gain, eps=1e-5, out=module(x))


def e06():
    config = LlamaConfig(hidden_size=8, num_attention_heads=1, head_dim=8,
                         rope_parameters={"rope_type": "default", "rope_theta": 10000.0})
    x = draw(1, 1, 6, 8)
    cos, sin = LlamaRotaryEmbedding(config)(x, torch.arange(6)[None])
    # transformers computes the angles in float32: exact values from the same frequencies in float64
    inv = 10000.0 ** (-torch.arange(0, 8, 2).double() / 8)
    angles = torch.cat([torch.arange(6).double()[:, None] * inv] * 2, dim=-1)[None]
    assert torch.allclose(cos, angles.cos(), atol=1e-6)
    out, _ = apply_rotary_pos_emb(x, x, angles.cos(), angles.sin())
    write(6, x=x[0, 0], base=10000.0, out=out[0, 0])


def e07():
    text = {"hidden_size": 4, "num_attention_heads": 1, "num_hidden_layers": 1, "vocab_size": 10,
            "intermediate_size": 4, "eos_token_id": 2}
    vision = {"hidden_size": 4, "num_attention_heads": 1, "num_hidden_layers": 1, "image_size": 4, "patch_size": 2,
              "intermediate_size": 4}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=4)
    model = CLIPModel(config).eval()
    model.logit_scale.data = torch.tensor(1.5)
    model.visual_projection.weight.data = 5 * torch.randn(4, 4)
    pixels, ids = draw(4, 3, 4, 4), torch.tensor([[1, 3, 2], [1, 4, 2], [1, 5, 2], [1, 6, 2]])
    with torch.no_grad():
        out = model(pixel_values=pixels, input_ids=ids, return_loss=True)
        raw_images = model.visual_projection(model.vision_model(pixels).pooler_output)
        raw_texts = model.text_projection(model.text_model(ids).pooler_output)
    write(7, images=raw_images, texts=raw_texts, logit_scale=1.5, loss=out.loss.item())


def e08():
    z, w, b, target = draw(5, 3), draw(4, 3), draw(4), draw(5, 4)
    w.requires_grad_(), b.requires_grad_()
    h = F.linear(z, w, b)
    loss = ((h - target) ** 2).sum() / 2
    gw, gb, gh = torch.autograd.grad(loss, (w, b, h))
    write(8, z=z, w=w.detach(), b=b.detach(), target=target, h=h.detach(), dh=gh, dw=gw, db=gb)


def e09():
    table, image = draw(10, 3), draw(4, 3)
    ids = torch.tensor([1, 7, 3, -200, 4, 4, 9])
    labels = torch.tensor([-100, -100, -100, -100, 4, 4, 9])
    before, after = ids[:3], ids[4:]
    rows = torch.cat([F.embedding(before, table), image, F.embedding(after, table)])
    widened = torch.cat([labels[:3], torch.full((4,), -100), labels[4:]])
    write(9, ids=ids, table=table, image=image, rows=rows, labels=labels, widened=widened)


def e10():
    from tokenizers import Tokenizer, models, pre_tokenizers
    words = ["<unk>", "<s>", "</s>"] + [chr(c) for c in range(32, 127)]
    core = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    tokenizer.chat_template = (
        "<s>{{ messages[0].content }} "
        "{% for m in messages[1:] %}"
        "{% if m.role == 'user' %}USER: {{ m.content }} ASSISTANT:"
        "{% else %}{% generation %} {{ m.content }}</s>{% endgeneration %}{% endif %}"
        "{% endfor %}")
    system = "A chat about pictures."
    turns = [["What is red?", "The ball."], ["Where is it?", "Left of the box."], ["Sure?", "Yes."]]
    messages = [{"role": "system", "content": system}]
    for q, a in turns:
        messages += [{"role": "user", "content": q}, {"role": "assistant", "content": a}]
    out = tokenizer.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
    ids, mask = list(out["input_ids"]), list(out["assistant_masks"])
    assert sum(mask) > 0
    write(10, system=system, turns=turns, text=tokenizer.apply_chat_template(messages, tokenize=False)[3:],
          vocabulary=words, ids=ids, labels=[i if m else -100 for i, m in zip(ids, mask)])


def e11():
    def model():
        torch.manual_seed(1)
        torch.set_default_dtype(torch.float32)
        made = LlavaForConditionalGeneration(LlavaConfig(
            vision_config=CLIPVisionConfig(hidden_size=8, intermediate_size=8, num_hidden_layers=2,
                                           num_attention_heads=1, image_size=4, patch_size=2),
            text_config=LlamaConfig(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
                                    vocab_size=20),
            image_token_index=19, image_seq_length=4))
        torch.set_default_dtype(torch.float64)
        return made

    changed = {}
    for stage, parts in ((1, ("multi_modal_projector",)), (2, ("multi_modal_projector", "language_model", "lm_head"))):
        llava = model()
        for name, p in llava.named_parameters():
            p.requires_grad_(any(part in name for part in parts))
        before = {n: p.detach().clone() for n, p in llava.named_parameters()}
        ids = torch.tensor([[1, 19, 19, 19, 19, 5, 6, 2]])
        labels = torch.tensor([[-100] * 5 + [5, 6, 2]])
        llava(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels,
              pixel_values=torch.randn(1, 3, 4, 4, dtype=torch.float32)).loss.backward()
        torch.optim.SGD([p for p in llava.parameters() if p.requires_grad], lr=1.0).step()
        changed[stage] = [n for n, p in llava.named_parameters() if not torch.equal(before[n], p)]
    names = [n for n, _ in model().named_parameters()]
    write(11, names=names, stage1=changed[1], stage2=changed[2])


def e12():
    parameter = torch.nn.Parameter(torch.zeros(1))
    steps, ratio, peak = 50, 0.03, 2e-3
    optimizer = torch.optim.SGD([parameter], lr=peak)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, math.ceil(ratio * steps), steps)
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    write(12, steps=steps, ratio=ratio, peak=peak, rates=rates)


def e13():
    logits = draw(8)
    temperatures, shares, probabilities = (1.0, 0.5, 1.7, 1.0), (0.9, 0.8, 0.6, 1.0), []
    for temperature, p in zip(temperatures, shares):
        scores = logits[None]
        if temperature != 1:
            scores = transformers.TemperatureLogitsWarper(temperature)(None, scores)
        if p < 1:
            scores = transformers.TopPLogitsWarper(p)(None, scores)
        probabilities.append(scores[0].softmax(-1))
    write(13, logits=logits, temperatures=temperatures, shares=shares, probabilities=probabilities)


def e14():
    q, k, v = draw(6, 4), draw(6, 4), draw(6, 3)
    write(14, q=q, k=k, v=v, out=F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0])


def e15():
    boxes = [["person", [12, 40, 101, 200], 640, 480], ["bicycle", [0, 0, 640, 480], 640, 480],
             ["dog", [100.5, 33.25, 50.25, 20.1], 333, 500]]
    lines = []
    for category, (x, y, w, h), width, height in boxes:
        corners = (x / width, y / height, (x + w) / width, (y + h) / height)
        lines.append(f"{category}: [" + ", ".join(f"{c:.3f}" for c in corners) + "]")
    write(15, categories=[b[0] for b in boxes], boxes=[b[1] for b in boxes], sizes=[b[2:] for b in boxes], lines=lines)


def e16():
    reviews = ["8 7\nBoth are good.", "9.5 8.5\nThe first names the colour.", "6, 9\nThe second is fuller.",
               "I cannot rate these answers.\n8 8"]
    pairs = torch.tensor([[8, 7], [9.5, 8.5], [6, 9]])
    reference, candidate = pairs.mean(0).tolist()
    write(16, reviews=reviews, relative=100 * candidate / reference, counted=3, unreadable=1)


def e17():
    config = LlavaConfig(vision_config=CLIPVisionConfig(hidden_size=3, num_attention_heads=1),
                         text_config=LlamaConfig(hidden_size=4, num_attention_heads=1), projector_hidden_act="gelu", vision_feature_layer=-2)
    module = LlavaMultiModalProjector(config)
    for p in module.parameters():
        p.data = draw(*p.shape)
    z, dh = draw(5, 3), draw(5, 4)
    z.requires_grad_()
    h = module(z)
    (h * dh).sum().backward()
    write(17, z=z.detach(), w1=module.linear_1.weight, b1=module.linear_1.bias, w2=module.linear_2.weight,
          b2=module.linear_2.bias, h=h.detach(), dh=dh, dw1=module.linear_1.weight.grad,
          db1=module.linear_1.bias.grad, dw2=module.linear_2.weight.grad, db2=module.linear_2.bias.grad)


def e18():
    q, wk, wv, z, dh = draw(2, 3), draw(3, 4), draw(5, 4), draw(6, 4), draw(2, 5)
    for p in (q, wk, wv):
        p.requires_grad_()
    h = F.scaled_dot_product_attention(q[None], (z @ wk.T)[None], (z @ wv.T)[None])[0]
    (h * dh).sum().backward()
    write(18, queries=q.detach(), wk=wk.detach(), wv=wv.detach(), z=z, h=h.detach(), dh=dh, dqueries=q.grad, dwk=wk.grad,
          dwv=wv.grad)


def e19():
    w, a, b, x, alpha = draw(4, 5), draw(2, 5), draw(4, 2), draw(3, 5), 8.0
    write(19, w=w, a=a, b=b, x=x, alpha=alpha, y=F.linear(x, w) + alpha / 2 * F.linear(F.linear(x, a), b),
          merged=w + alpha / 2 * b @ a)


def e20():
    q, z = draw(3, 4), draw(7, 5)
    own, cross = [draw(4, 4) for _ in range(3)], [draw(4, 4), draw(4, 5), draw(4, 5)]

    def attend(asks, told, weights):
        q, k, v = (F.linear(x, w).view(len(x), 2, 2).transpose(0, 1) for x, w in zip((asks, told, told), weights))
        return F.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(len(asks), 4)

    asked = q + attend(q, q, own)
    write(20, queries=q, z=z, own=own, cross=cross, seen=attend(q, z, cross), out=asked + attend(asked, z, cross))


def e21():
    h, table = draw(6, 2), draw(5, 2)
    batch, patches = [[1, -200, 2, -200], [3, 4], [-200, 1]], [2, 1, 3]
    pieces, rows = iter(h.split(patches)), []
    for ids in batch:
        rows.append(torch.cat([next(pieces) if i == -200 else table[i:i + 1] for i in ids]))
    write(21, batch=batch, patches=patches, h=h, table=table, rows=rows)


for make in (e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19,
             e20, e21):
    make()
