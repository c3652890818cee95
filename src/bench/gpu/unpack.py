"""Puts the pieces of pack.py together again: python3 unpack.py PIECES TARGET."""

import hashlib
import json
import lzma
import os
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor


def main(source, target):
    data = b""
    with open(os.path.join(source, "SHA256SUMS")) as sums:
        for line in sums:
            digest, name = line.split()
            with open(os.path.join(source, name), "rb") as file:
                piece = file.read()
            if hashlib.sha256(piece).hexdigest() != digest:
                sys.exit(f"{name} is damaged")
            data += piece
    start = data.index(b"\n") + 1
    blocks = []
    for length in json.loads(data[:start]):
        blocks.append(data[start:start + length])
        start += length
    os.makedirs(target, exist_ok=True)
    tar = os.path.join(target, "all.tar")
    with ThreadPoolExecutor(os.cpu_count()) as pool, open(tar, "wb") as out:
        for block in pool.map(lzma.decompress, blocks):
            out.write(block)
    with tarfile.open(tar) as archive:
        archive.extractall(target)
    os.remove(tar)


if __name__ == "__main__":
    main(*sys.argv[1:])
