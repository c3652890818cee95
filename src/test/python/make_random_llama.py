"""Writes a language model of a given shape with random weights, to measure memory and speed with: what it says has no sense.

    python src/test/python/make_random_llama.py 1.1b|7b TOKENIZER OUT

Needs numpy and safetensors. The shapes are TinyLlama's (1.1b: bfloat16, one file of 2.2 GB) and Vicuna's (7b: float16, seven
shards, 13.5 GB). TOKENIZER is a model directory whose tokenizer files are copied; the table has 32,000 rows, or as
many as that model has. Norm gains are 1, all other weights normal with deviation 0.02, drawn from one pool of
numbers, so that 7b takes no more time than its writing. One layer at a time is in memory.
"""
import argparse
import json
import shutil
from pathlib import Path

import numpy as np

SHAPES = {
    "1.1b": dict(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32,
                 num_key_value_heads=4, torch_dtype="bfloat16"),
    "7b": dict(hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32,
               num_key_value_heads=32, torch_dtype="float16"),
}
POOL = 1 << 25


def sixteen_bits(pool, dtype):
    """The bits of the pool's numbers, rounded to the nearest."""
    if dtype == "float16":
        return pool.astype(np.float16).view(np.uint16)
    bits = pool.view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16)


def layer_tensors(config, layer):
    """Name to shape, of one decoder layer."""
    width, wide = config["hidden_size"], config["intermediate_size"]
    keys = width // config["num_attention_heads"] * config["num_key_value_heads"]
    shapes = dict(self_attn=dict(q_proj=(width, width), k_proj=(keys, width), v_proj=(keys, width), o_proj=(width, width)),
                  mlp=dict(gate_proj=(wide, width), up_proj=(wide, width), down_proj=(width, wide)))
    made = {f"model.layers.{layer}.{part}.{name}.weight": shape for part, ones in shapes.items() for name, shape in ones.items()}
    return made | {f"model.layers.{layer}.{name}.weight": (width,) for name in ("input_layernorm", "post_attention_layernorm")}


def write(file, tensors, pool, ones, dtype, random):
    """A safetensors file, tensor after tensor; a matrix is a stretch of the pool from a place of its own."""
    header, at = {}, 0
    for name, shape in tensors.items():
        size = 2 * int(np.prod(shape))
        header[name] = dict(dtype={"float16": "F16", "bfloat16": "BF16"}[dtype], shape=list(shape), data_offsets=[at, at + size])
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for name, shape in tensors.items():
            left = int(np.prod(shape))
            if len(shape) == 1:
                out.write(np.full(left, ones, np.uint16).tobytes())
                continue
            while left:
                begin = int(random.integers(len(pool)))
                piece = pool[begin:begin + left]
                out.write(piece.tobytes())
                left -= len(piece)
    return {name: file.name for name in tensors}, at


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    source = json.loads((options.tokenizer / "config.json").read_text())
    config = dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", max_position_embeddings=2048,
                  rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False, attention_bias=False, mlp_bias=False,
                  vocab_size=max(32000, source["vocab_size"]), **SHAPES[options.shape])
    config.update({key: source[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id") if key in source})
    options.out.mkdir(parents=True, exist_ok=True)
    for file in options.tokenizer.iterdir():
        if file.name.startswith(("tokenizer", "special_tokens", "added_tokens", "chat_template", "generation_config")):
            shutil.copy(file, options.out)
    random = np.random.default_rng(0)
    dtype = config["torch_dtype"]
    pool = sixteen_bits(random.standard_normal(POOL, np.float32) * np.float32(0.02), dtype)
    ones = sixteen_bits(np.ones(1, np.float32), dtype)[0]

    layers = [layer_tensors(config, i) for i in range(config["num_hidden_layers"])]
    table = (config["vocab_size"], config["hidden_size"])
    groups = [{"model.embed_tokens.weight": table}]
    a_shard = len(layers) if options.shape == "1.1b" else 5
    for i, layer in enumerate(layers):
        if i and i % a_shard == 0:
            groups.append({})
        groups[-1].update(layer)
    groups[-1].update({"model.norm.weight": (config["hidden_size"],), "lm_head.weight": table})
    index, total = {}, 0
    for i, group in enumerate(groups, 1):
        name = "model.safetensors" if len(groups) == 1 else f"model-{i:05}-of-{len(groups):05}.safetensors"
        names, size = write(options.out / name, group, pool, ones, dtype, random)
        index.update(names)
        total += size
        print(f"{name}: {size / 1e9:.2f} GB", flush=True)
    if len(groups) > 1:
        (options.out / "model.safetensors.index.json").write_text(
            json.dumps(dict(metadata=dict(total_size=total), weight_map=index), indent=1) + "\n")
    (options.out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    print(f"{options.out}: {total / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
