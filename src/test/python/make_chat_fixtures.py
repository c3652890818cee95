"""Makes src/test/resources/fixtures/chat: what transformers makes of conversations in the templates of chat models.

    python src/test/python/make_chat_fixtures.py

For each template a tokenizer of a few hundred tokens, in the style of the models that converse in it (byte-level BPE for
chatml and llama3; a LLaMA's BPE with byte fallback for llama2 and zephyr), and for each conversation the text and the ids of
apply_chat_template, and the ids that are the assistant's. These are found by the characters of each answer, as transformers'
return_assistant_tokens_mask finds them, the token that ends the turn included.
"""
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

OUT = Path("src/test/resources/fixtures/chat")
CORPUS = ["What is in the picture? There is a red ball, and a blue house.", "user assistant system", "[INST] [/INST] <<SYS>>",
          "You are a helpful assistant.\n\nWhy is the sky blue?\n", "It scatters light.\n\nShort waves most.", "  Yes.  No. "] * 4

CHATML = ("{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
          "{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
          "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
LLAMA2 = ("{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set said = messages[0]['content'] %}"
          "{% else %}{% set rest = messages %}{% set said = false %}{% endif %}{% for message in rest %}"
          "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
          "{% if loop.index0 == 0 and said != false %}"
          "{% set content = '<<SYS>>\n' + said + '\n<</SYS>>\n\n' + message['content'] %}"
          "{% else %}{% set content = message['content'] %}{% endif %}"
          "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
          "{% else %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}")
LLAMA3 = ("{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
          " + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}"
          "{% endif %}{{ content }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}")
ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\n' + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""

CONVERSATIONS = [
    (None, [("Why is the sky blue?", None)]),
    (None, [("<image>\nWhat is in the picture?", "There is a red ball."), ("Is it red?\n\n", " Yes.\n"), ("été 🙂?", "\n\nÉté 🙂!")]),
    ("You are a helpful assistant.", [("What is\n<image> in it?", "A house, and a ball.")]),
    ("Short.\n\nYes or no.", [(" a ", "  b  "), ("c", "d"), ("<image>", None)]),
]


def byte_level(specials):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=340, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def llama_like():
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = pre_tokenizers.Metaspace(split=True)
    first = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=340, special_tokens=first, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    tokenizer = Tokenizer(models.BPE(model["vocab"], [tuple(pair) for pair in model["merges"]], unk_token="<unk>",
                                     byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
    return tokenizer


def messages(system, turns):
    made = [] if system is None else [dict(role="system", content=system)]
    for question, answer in turns:
        made.append(dict(role="user", content=question))
        if answer is not None:
            made.append(dict(role="assistant", content=answer))
    return made


def learned(tokenizer, all_messages, text, ids, offsets, end, space):
    """Ids of the assistant's tokens, by where each begins: after the prompt that asks for the answer, to the end token."""
    ranges = []
    for i, message in enumerate(all_messages):
        if message["role"] == "assistant":
            before = tokenizer.apply_chat_template(all_messages[:i], tokenize=False, add_generation_prompt=True)
            assert text.startswith(before)
            ranges.append((len(before), text.index(end, len(before)) + len(end)))
    return [id for id, (begin, _) in zip(ids, offsets) if any(a <= begin < b for a, b in ranges)]


def main():
    made = [("chatml", byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>"]), "<|im_start|>", "<|im_end|>", "<|im_end|>",
             CHATML),
            ("llama2", llama_like(), "<s>", "</s>", "</s>", LLAMA2),
            ("llama3", byte_level(["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
                                   "<|eot_id|>"]), "<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", LLAMA3),
            ("zephyr", llama_like(), "<s>", "</s>", "</s>", ZEPHYR)]
    for name, rules, begin, eos, end, template in made:
        folder = OUT / name
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=rules, bos_token=begin, eos_token=eos, chat_template=template)
        tokenizer.add_tokens(["<image>"], special_tokens=True)
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save_pretrained(folder)
        cases = []
        for system, turns in CONVERSATIONS:
            given = messages(system, turns)
            asks = turns[-1][1] is None
            text = tokenizer.apply_chat_template(given, tokenize=False, add_generation_prompt=asks)
            ids = tokenizer.apply_chat_template(given, add_generation_prompt=asks)["input_ids"]
            encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            assert encoded["input_ids"] == ids
            cases.append(dict(system=system, turns=[dict(human=q, gpt=a) for q, a in turns], text=text, ids=ids,
                              learned=learned(tokenizer, given, text, ids, encoded["offset_mapping"], end, " ")))
        (folder / "reference.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
        print(name, len(tokenizer), "tokens;", [tokenizer.decode(case["learned"]) for case in cases])


if __name__ == "__main__":
    main()
