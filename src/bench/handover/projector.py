"""Writes a model's projector as LLaVA's own scripts take it with --pretrain_mm_mlp_adapter.

    python projector.py MODEL mm_projector.bin
"""

import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open


def main(model, out):
    config = json.loads((Path(model) / "config.json").read_text())
    linear = config.get("projector_hidden_act") == "linear"
    # two layers stand at places 0 and 2 of a Sequential; a single matrix W has no number, and its identity stays here
    places = {"linear_1": ""} if linear else {"linear_1": "0.", "linear_2": "2."}
    projector = {}
    for file in sorted(Path(model).glob("*.safetensors")):
        with safe_open(file, "pt") as tensors:
            for name in tensors.keys():
                for layer, place in places.items():
                    if f"multi_modal_projector.{layer}." in name:
                        projector[f"model.mm_projector.{place}{name.rsplit('.', 1)[1]}"] = tensors.get_tensor(name)
    if len(projector) != 2 * len(places):
        sys.exit(f"{model}: has no projector of this form: {sorted(projector)}")
    torch.save(projector, out)
    print(*(f"{name} {list(tensor.shape)}" for name, tensor in sorted(projector.items())), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
