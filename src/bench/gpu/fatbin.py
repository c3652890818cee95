"""GPU code inside a shared library: what is there, leaving out what one chip does not need, and machine code made of PTX.

A library built by nvcc holds "fat binaries", one for each source file: machine code ("ELF") for some chips and PTX, which
the driver compiles for all others. The driver looks at an entry's chip before it touches its code, so code for other chips
can be blanked, and a blank part of the file compresses to nothing. Nothing else of the library moves.

What one would get wrong: the library of ND4J holds 443 MB of PTX. Compiling all of it for a new chip takes one core more
than an hour, and the driver does it at the first start, on one core.
"""

import mmap
import re
import struct
import subprocess
from dataclasses import dataclass

import lz4.block

MAGIC = 0xBA55ED50
PTX, ELF = 1, 2
CONTAINER = struct.Struct("<IHHQ")                # magic, version, size of this header, size of what follows
ENTRY = struct.Struct("<HHIQIIHHIIIQQQ")          # kind, version, header size, size, packed size, options, minor, major,
COMPRESSED = 0x2000                               # chip, name offset, name size, flags, zero, unpacked size
PLAIN_64_BIT_LINUX = 0x11
CHIP_AT = 28                                      # in the header of an entry
LATER_CHIP = 120                                  # neither its machine code nor its PTX runs on an earlier one


@dataclass
class Entry:
    kind: int
    chip: int                # 90 for compute capability 9.0
    start: int               # of the header, in the file
    header: int              # bytes
    size: int                # bytes after the header
    packed: int              # bytes of them that are used, where compressed
    unpacked: int
    flags: int

    def code(self, file):
        body = file[self.start + self.header:self.start + self.header + self.size]
        if self.flags & COMPRESSED:
            return lz4.block.decompress(body[:self.packed], uncompressed_size=self.unpacked)
        return body


@dataclass
class Container:
    start: int
    header: int
    size: int                # bytes after the header
    entries: list


def section(path, name=".nv_fatbin"):
    """Offset and size of a section of the file."""
    for line in subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout.splitlines():
        fields = line.split("]")[-1].split()
        if fields and fields[0] == name:
            return int(fields[3], 16), int(fields[4], 16)
    raise ValueError(f"{path}: no section {name}: no GPU code in it")


def containers(path, file):
    """All fat binaries of the library, in the order in which they lie in it."""
    position, size = section(path)
    end = position + size
    found = []
    while position + CONTAINER.size < end:
        magic, _, header, length = CONTAINER.unpack_from(file, position)
        if magic != MAGIC:
            position += 8                         # padding between two
            continue
        entries, at = [], position + header
        while at < position + header + length:
            fields = ENTRY.unpack_from(file, at)
            entries.append(Entry(kind=fields[0], chip=fields[8], start=at, header=fields[2], size=fields[3],
                                 packed=fields[4], unpacked=fields[13], flags=fields[11]))
            at += fields[2] + fields[3]
        found.append(Container(position, header, length, entries))
        position += header + length
    return found


def open_copy(path):
    """The file's bytes, to be changed in memory alone."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def blank(file, start, size):
    file[start:start + size] = bytes(size)


def keep_chip(path, chip, unwanted=lambda code: False):
    """The library with machine code for one chip; of a fat binary that has none, its PTX stays.

    unwanted(code) says of machine code for the chip that it may go too: its entry is then one for a later chip, and a program
    that asks for it is told that there is no image for its device.
    """
    file = open_copy(path)
    for container in containers(path, file):
        own = [e for e in container.entries if e.kind == ELF and e.chip == chip]
        for entry in container.entries:
            if entry.kind == ELF and entry not in own:
                blank(file, entry.start + entry.header, entry.size)
            elif own and entry.kind == PTX or entry in own and unwanted(entry.code(file)):
                blank(file, entry.start + entry.header, entry.size)
                struct.pack_into("<I", file, entry.start + CHIP_AT, LATER_CHIP)
    return file


def put_machine_code(file, container, chip, code):
    """Makes the fat binary one of this machine code alone; it is compressed where it does not fit in place of the others."""
    flags, packed, unpacked, body = PLAIN_64_BIT_LINUX, 0, 0, code
    if ENTRY.size + len(code) + 8 > container.size:
        body = lz4.block.compress(code, mode="high_compression", store_size=False)
        flags, packed, unpacked = PLAIN_64_BIT_LINUX | COMPRESSED, len(body), len(code)
    body += bytes(-len(body) % 8)
    if ENTRY.size + len(body) > container.size:
        raise ValueError(f"{len(body)} bytes of machine code do not fit into {container.size}")
    blank(file, container.start + container.header, container.size)
    CONTAINER.pack_into(file, container.start, MAGIC, 1, container.header, ENTRY.size + len(body))
    ENTRY.pack_into(file, container.start + container.header, ELF, 0x101, ENTRY.size, len(body), packed, 0, 7, 1, chip,
                    0, 0, flags, 0, unpacked)
    at = container.start + container.header + ENTRY.size
    file[at:at + len(body)] = body


KERNEL = re.compile(rb"\.entry\s+([\w$]+)\([^)]*\)[^{]*(?=\{)")
BRACE = re.compile(rb"[{}]")


def end_of_block(text, start):
    """The place after the brace that closes the one at start."""
    depth = 0
    for brace in BRACE.finditer(text, start):
        depth += 1 if brace.group() == b"{" else -1
        if depth == 0:
            return brace.end()
    raise ValueError("a block of PTX does not end")


def without_bodies(ptx, wanted):
    """PTX in which each kernel that is not wanted stops the program that calls it: its name stays, its work goes.

    wanted takes a kernel's name as C++ writes it. Returned with it: how many kernels were wanted, and how many there are.
    """
    heads = list(KERNEL.finditer(ptx))
    names = subprocess.run(["c++filt"], input=b"\n".join(head.group(1) for head in heads), capture_output=True,
                           check=True).stdout.decode().split("\n")
    parts, at, kept = [], 0, 0
    for head, name in zip(heads, names):
        if wanted(name):
            kept += 1
            continue
        parts.append(ptx[at:head.end()] + b"{\n\ttrap;\n\tret;\n}")
        at = end_of_block(ptx, head.end())
    return b"".join(parts) + ptx[at:], kept, len(heads)
