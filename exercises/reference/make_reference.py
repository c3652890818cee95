"""Writes the values that the exercises are compared with: e01.json to e22.json beside this file.

Made with torch and transformers in float64, on inputs of one decimal that the seed fixes; e22 on the tiny model of tiny-data:

    python make_reference.py
"""
import json
import math
import pathlib
import re

import numpy
import torch
import torch.nn.functional as F
import transformers
from transformers import (CLIPConfig, CLIPModel, CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM, LlavaConfig,
                          LlavaForConditionalGeneration, PreTrainedTokenizerFast)
from transformers.models.clip.modeling_clip import CLIPVisionEmbeddings
from transformers.models.llama.modeling_llama import LlamaRMSNorm, LlamaRotaryEmbedding, apply_rotary_pos_emb
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector
from safetensors.torch import load_file
from PIL import Image

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
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
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


TINY = HERE.parent.parent / "tiny-data"
HEADS = 4


def e22():
    """The tiny model, once by transformers and once by hand: by hand it can also be computed with one mistake."""
    weights = {**load_file(TINY / "pretrained/clip/model.safetensors"), **load_file(TINY / "pretrained/llava/model.safetensors")}
    weights = {name: value.double() for name, value in weights.items()}
    words = json.loads((TINY / "pretrained/llava/tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    ours, theirs = by_hand(weights), by_transformers(weights)
    picture = pixels("000001")
    question, answer = "what color is the person?", "the person is orange."
    given = [1, words["user:"], 4, words["\n"]] + ids(words, question) + [words["assistant:"]]
    learned = ids(words, answer) + [3]
    zv = ours.features(picture)
    logits = ours.logits(zv, given + learned)
    # transformers' RMSNorm computes in float32, whatever comes in
    assert torch.allclose(zv, theirs.features(picture), atol=1e-6)
    assert torch.allclose(logits, theirs.logits(zv, given + learned), atol=1e-4)
    at = len(given) - 1 + len(zv) - 1                # the row that says the first word of the answer
    assert logits[at].argmax() == learned[0]
    # An answer that the model would never give: the right one has a loss of 0.00003, beside which most mistakes look like 0.
    unlikely = "a boat at left"
    scored = ids(words, unlikely) + [3]
    wide = given[:2] + [0] * len(zv) + given[3:] + scored          # the ids, the picture at full width
    rows = ours.logits(zv, given + scored)
    assert torch.allclose(rows, theirs.logits(zv, given + scored), atol=1e-4)

    def costs(first, targets):
        """Of each target, if row first is to say the first of them."""
        return F.cross_entropy(rows[first:first + len(targets)], torch.tensor(targets), reduction="none")

    each = costs(at, scored)
    assert each.min() > 10                            # so every one of them counts
    losses = {"loss": each.mean(), "summed": each.sum(), "unshifted": costs(at + 1, scored).mean(),
              "everything": torch.cat([costs(0, wide[1:2]), costs(1 + len(zv), wide[2 + len(zv):])]).mean(),
              "narrow labels": costs(at + 1 - len(zv), scored).mean(), "no end": each[:-1].mean(),
              "role": torch.cat([costs(at - 1, given[-1:]), each]).mean(), "no first word": each[1:].mean(),
              "no logarithm": (1 - torch.exp(-each)).mean(), "over all": each.sum() / len(wide)}
    losses = {name: loss.item() for name, loss in losses.items()}
    assert all(abs(a - b) > 0.01 for n, a in losses.items() for m, b in losses.items() if n != m)
    asked = [("000001", question), ("000001", "where is the star?"), ("000002", "what is at bottom-left?"),
             ("000002", "how many things are there?"), ("000003", "what color is the house?"),
             ("000003", "where is the boat?")]
    answers = []
    for name, text in asked:
        features = theirs.features(pixels(name))
        said = [1, words["user:"], 4, words["\n"]] + ids(words, text) + [words["assistant:"]]
        start = len(said)
        while said[-1] != 3:
            said.append(theirs.logits(features, said)[-1].argmax().item())
        reverse = {i: w for w, i in words.items()}
        answers.append(" ".join(reverse[i] for i in said[start:-1]).replace(" .", ".").replace(" ,", ","))
    slip = {name: ours.features(picture, name)[4, :6] for name in ("last layer", "no norm before", "no residual", "no position")}
    slip |= {name: ours.logits(zv, given + learned, name)[at, :6] for name in ("not turned", "turned whole", "no mask",
             "no last norm", "no decoder residual", "values turned")}
    write(22, picture="000001", question=question, answer=answer, features=zv[4], logits=logits[at], row=at, slips=slip,
          unlikely=unlikely, losses=losses, pictures=[a[0] for a in asked], questions=[a[1] for a in asked], answers=answers)


def pixels(name):
    rgb = numpy.asarray(Image.open(TINY / f"held-out/images/{name}.png").convert("RGB"), dtype=numpy.float64)
    return torch.from_numpy((rgb / 255 - 0.5) / 0.5).permute(2, 0, 1)


def ids(words, text):
    return [words[w] for w in re.findall(r"[.,?]|[^\s.,?]+", text)]


class by_transformers:
    def __init__(self, weights):
        vision = CLIPVisionModel(CLIPVisionConfig(hidden_size=96, intermediate_size=384, num_hidden_layers=4,
                                                  num_attention_heads=HEADS, image_size=48, patch_size=16))
        own = vision.state_dict()
        prefix = "vision_model." if any(n.startswith("vision_model.") for n in own) else ""
        vision.load_state_dict({n: weights["vision_model." + n.removeprefix(prefix)] if "position_ids" not in n else own[n]
                                for n in own})
        llama = LlamaForCausalLM(LlamaConfig(
            hidden_size=128, intermediate_size=344, num_hidden_layers=3, num_attention_heads=HEADS, vocab_size=223,
            rms_norm_eps=1e-5, max_position_embeddings=256,
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0}))
        llama.load_state_dict({n: weights[n] for n in llama.state_dict()})
        self.vision, self.llama, self.w = vision.eval(), llama.eval(), weights

    @torch.no_grad()
    def features(self, picture):
        return self.vision(picture[None], output_hidden_states=True).hidden_states[-2][0, 1:]

    @torch.no_grad()
    def logits(self, zv, said):
        rows = spliced(self.w, zv, said)
        # transformers keeps the rotation's angles in float32: exact ones in their place
        rope = self.llama.model.rotary_emb
        rope.forward = lambda x, position_ids, *_: tuple(f(angles(len(rows)))[None] for f in (torch.cos, torch.sin))
        return self.llama(inputs_embeds=rows[None]).logits[0]


def angles(length, width=32):
    inv = 10000.0 ** (-torch.arange(0, width, 2).double() / width)
    return torch.cat([torch.arange(length).double()[:, None] * inv] * 2, dim=-1)


def spliced(w, zv, said):
    h = F.linear(zv, w["model.mm_projector.weight"], w["model.mm_projector.bias"])
    return torch.cat([h if i == 4 else w["model.embed_tokens.weight"][i:i + 1] for i in said])


class by_hand:
    """The forward pass, whole or with one slip in it, whose numbers tell a student what went wrong."""

    def __init__(self, weights):
        self.w = weights

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def attend(self, at, out, x, slip, mask=None, turn=None):
        q, k, v = (self.linear(f"{at}.{n}_proj", x).view(len(x), HEADS, -1).transpose(0, 1) for n in "qkv")
        if turn:
            q, k, v = turn(q), turn(k), turn(v) if slip == "values turned" else v
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        weight = (scores + mask if mask is not None else scores).softmax(-1)
        return self.linear(f"{at}.{out}", (weight @ v).transpose(0, 1).reshape(len(x), -1))

    def features(self, picture, slip=None):
        p = "vision_model."
        patches = F.unfold(picture[None], 16, stride=16)[0].T
        x = F.linear(patches, self.w[p + "embeddings.patch_embedding.weight"].flatten(1))
        x = torch.cat([self.w[p + "embeddings.class_embedding"][None], x])
        x = x if slip == "no position" else x + self.w[p + "embeddings.position_embedding.weight"]
        norm = lambda name, x: F.layer_norm(x, (96,), self.w[name + ".weight"], self.w[name + ".bias"], 1e-5)
        x = x if slip == "no norm before" else norm(p + "pre_layrnorm", x)
        for i in range(4 if slip == "last layer" else 3):
            at = f"{p}encoder.layers.{i}"
            seen = self.attend(at + ".self_attn", "out_proj", norm(at + ".layer_norm1", x), slip)
            x = seen if slip == "no residual" else x + seen
            u = self.linear(at + ".mlp.fc1", norm(at + ".layer_norm2", x))
            y = self.linear(at + ".mlp.fc2", u * torch.sigmoid(1.702 * u))
            x = y if slip == "no residual" else x + y
        return x[1:]

    def logits(self, zv, said, slip=None):
        x = spliced(self.w, zv, said)
        norm = lambda name, x: self.w[name + ".weight"] * x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        mask = torch.zeros(len(x), len(x)) if slip == "no mask" else torch.full((len(x), len(x)), -1e9).triu(1)

        def turn(q):
            if slip == "not turned":
                return q
            if slip == "turned whole":
                flat = q.transpose(0, 1).reshape(len(x), -1)
                return turned(flat, angles(len(x), 128)).view(len(x), HEADS, -1).transpose(0, 1)
            return turned(q, angles(len(x)))

        def turned(q, a):
            first, second = q.chunk(2, -1)
            return q * a.cos() + torch.cat([-second, first], -1) * a.sin()

        for i in range(3):
            at = f"model.layers.{i}"
            seen = self.attend(at + ".self_attn", "o_proj", norm(at + ".input_layernorm", x), slip, mask, turn)
            x = seen if slip == "no decoder residual" else x + seen
            u = norm(at + ".post_attention_layernorm", x)
            y = self.linear(at + ".mlp.down_proj", F.silu(self.linear(at + ".mlp.gate_proj", u))
                            * self.linear(at + ".mlp.up_proj", u))
            x = y if slip == "no decoder residual" else x + y
        return self.linear("lm_head", x if slip == "no last norm" else norm("model.norm", x))


for make in (e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19, e20, e21,
             e22):
    make()
