"""The other side of `bench --peer`: the same model and batches in Hugging Face transformers.

llama.cpp, if it is asked for, is given a file of its own of a model of the same shape.

Reads one JSON task a line from standard input and answers with one JSON line. The loop is the usual one: the images go
through the encoder in every step, every row's logits are computed, AdamW of PyTorch. A decoder that is kept in bfloat16
reads prompts and decodes in bfloat16, and trains in float32.
"""

import argparse
import json
import sys
import time

import torch
import transformers
from safetensors.torch import load_file

LORA = 3


class Peer:
    def __init__(self, model_directory, batches, learning_rate, device, decode_in, gguf):
        self.gguf = gguf
        self.llama = None
        self.model_directory = model_directory
        self.decode_in = decode_in
        self.device = device
        self.batches = load_file(batches, device=device)
        self.learning_rate = learning_rate
        self.dtype = None
        self.stage = None

    def load(self, dtype):
        """The checkpoint's weights; what was trained is forgotten first, so that there are never two models."""
        self.model = self.optimizer = self.learns = self.stage = None
        self.dtype = dtype
        self.model = transformers.LlavaForConditionalGeneration.from_pretrained(
            self.model_directory, dtype=dtype).to(self.device)
        self.model.generation_config.eos_token_id = None

    def begin(self, stage):
        """Frozen what the stage freezes; moments start at nothing."""
        self.model.train()
        self.stage = stage
        # transformers has no single matrix W: a second one, the identity, stands behind it and must stay it
        identity = self.model.config.projector_hidden_act == "linear"
        if stage == LORA:
            import peft
            self.model = peft.get_peft_model(self.model, peft.LoraConfig(
                r=32, lora_alpha=64, lora_dropout=0.0, target_modules=r".*language_model.*\.(q|k|v|o|gate|up|down)_proj"))
        learns = []
        for name, parameter in self.model.named_parameters():
            wanted = "multi_modal_projector" in name or (stage == 2 and "vision_tower" not in name) or "lora_" in name
            wanted = wanted and not (identity and "linear_2" in name)
            parameter.requires_grad_(wanted)
            parameter.grad = None
            if wanted:
                learns.append(parameter)
        self.learns = learns
        self.optimizer = torch.optim.AdamW(
            learns, lr=self.learning_rate, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0)

    def step(self):
        batch = 1 if self.stage == 1 else 2
        ids = self.batches[f"input_ids.{batch}"]
        output = self.model(
            input_ids=ids, attention_mask=torch.ones_like(ids),
            pixel_values=self.batches["pixel_values"][:len(ids)],
            labels=self.batches[f"labels.{batch}"])
        output.loss.backward()
        torch.nn.utils.clip_grad_norm_(self.learns, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return output.loss.item()

    def train(self, stage, repeats):
        if stage != self.stage:
            self.untrained(torch.float32)
            self.begin(stage)
        losses = []

        def once():
            losses.append(self.step())

        return {"seconds": timed(once, repeats), "losses": losses}

    def untrained(self, dtype):
        """Whatever is measured next begins with the checkpoint's weights, as on the other side."""
        if self.stage is not None or self.dtype != dtype:
            self.load(dtype)

    def recipe(self, steps1, steps2, measured1, measured2):
        self.untrained(torch.float32)
        total = 0.0
        losses = []
        for stage, steps, measured in ((1, steps1, measured1), (2, steps2, measured2)):
            self.begin(stage)
            seen = []
            total += sum(timed(lambda: seen.append(self.step()), 1 + measured)) / (1 + measured) * steps
            losses.append(seen[0])
        return {"seconds": [total], "losses": losses + [seen[-1]]}

    def question(self):
        ids = self.batches["input_ids.2"][:1]
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids),
                "pixel_values": self.batches["pixel_values"][:1].to(self.dtype)}

    @torch.no_grad()
    def encode(self, repeats, pictures=None):
        self.untrained(torch.float32)
        self.model.eval()
        pixels = self.batches["pixel_values"][:pictures]
        return {"seconds": timed(lambda: self.model.get_image_features(pixel_values=pixels), repeats)}

    @torch.no_grad()
    def prefill(self, repeats):
        self.untrained(self.decode_in)
        self.model.eval()
        question = self.question()
        return {"seconds": timed(lambda: self.model(**question, use_cache=True, logits_to_keep=1), repeats)}

    @torch.no_grad()
    def decode(self, tokens, repeats):
        self.untrained(self.decode_in)
        self.model.eval()
        question = self.question()

        def generate(count):
            return self.model.generate(**question, do_sample=False, max_new_tokens=count)

        seconds = []
        for _ in range(repeats):
            first = timed(lambda: generate(1), 1)[0]
            every = timed(lambda: generate(tokens), 1)[0]
            seconds.append((every - first) / (tokens - 1))
        answer = generate(tokens)[0, question["input_ids"].shape[1]:]
        return {"seconds": seconds, "tokens": answer.tolist()}

    def llama_cpp(self, tokens, repeats):
        """llama.cpp with a file of its own: as many tokens before, as many more. Its own clock, without reading the prompt."""
        if self.llama is None:
            import xllamacpp
            parameters = xllamacpp.CommonParams()
            parameters.model.path = self.gguf
            parameters.n_ctx = 512
            parameters.n_parallel = 1
            parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = torch.get_num_threads()
            self.model = self.optimizer = self.learns = self.stage = self.dtype = None
            self.llama = xllamacpp.Server(parameters)
        before = self.batches["input_ids.2"].shape[1]
        seconds = []
        for _ in range(repeats):
            answered = self.llama.handle_completions({
                "prompt": list(range(100, 100 + before)), "n_predict": tokens, "temperature": 0, "ignore_eos": True,
                "cache_prompt": False})
            answered = answered[0] if isinstance(answered, list) else answered
            # The first of its tokens comes with the prompt
            seconds.append(answered["timings"]["predicted_ms"] / 1000 / (answered["timings"]["predicted_n"] - 1))
        return {"seconds": seconds, "tokens": []}


def timed(work, repeats):
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()        # a GPU works on after the call has returned
        seconds.append(time.perf_counter() - started)
    return seconds


def memory(name):
    try:
        with open("/proc/self/status") as status:
            return next((int(line.split()[1]) / 1024 for line in status if line.startswith(name + ":")), 0)
    except OSError:
        return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--batches", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--decode-in", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--gguf")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = False     # float32 on both sides: 19 bits in the encoder's convolution are another loss
    transformers.logging.set_verbosity_error()
    peer = Peer(arguments.model, arguments.batches, arguments.learning_rate, arguments.device,
                getattr(torch, arguments.decode_in), arguments.gguf)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "threads": torch.get_num_threads()}
    answer(versions if arguments.device == "cpu" else versions | {"device": torch.cuda.get_device_name()})
    for line in sys.stdin:
        task = json.loads(line)
        result = getattr(peer, task.pop("task"))(**task)
        result["resident_mb"] = memory("VmRSS")
        result["peak_mb"] = memory("VmHWM")
        answer(result)


def answer(result):
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
