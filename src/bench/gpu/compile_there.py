"""Compiles the PTX of ND4J's CUDA library on the machine with the GPU, where that one has the cores and this one has not.

    python3 compile_there.py prepare LIBRARY OUT           here: OUT holds the PTX that is wanted, and where it belongs
    python3 compile_there.py compile OUT PTXAS CHIP        there, on all cores; it can run while other files still travel
    python3 compile_there.py place OUT LIBRARY CHIP        there: puts what is compiled into a library that pack.py made

A piece that could not be compiled keeps the machine code that the library has.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import fatbin
import machine_code


def prepare(library, folder):
    os.makedirs(folder, exist_ok=True)
    file = fatbin.open_copy(library)
    places = []
    for number, container in enumerate(fatbin.containers(library, file)):
        entry = next(e for e in container.entries if e.kind == fatbin.PTX)
        ptx, kept, of = fatbin.without_bodies(entry.code(file).rstrip(b"\0"), machine_code.wanted)
        with open(f"{folder}/{number:03}.ptx", "wb") as out:
            out.write(ptx)
        places.append([container.start, container.header, container.size, kept, of])
    with open(folder + "/places.json", "w") as out:
        json.dump(places, out)


def compile_all(folder, ptxas, chip):
    started = time.time()

    def compiled(name):
        began = time.time()
        target = f"{folder}/{name[:3]}.cubin"
        result = subprocess.run([ptxas, f"-arch=sm_{chip}", f"{folder}/{name}", "-o", target + ".part"], capture_output=True,
                                text=True)
        if result.returncode:
            print(f"{name}: {result.stderr.strip()[-300:]}", flush=True)
        else:
            os.replace(target + ".part", target)
        return time.time() - began

    names = sorted((name for name in os.listdir(folder) if name.endswith(".ptx")
                    and not os.path.exists(f"{folder}/{name[:3]}.cubin")),
                   key=lambda name: -os.path.getsize(f"{folder}/{name}"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seconds = list(pool.map(compiled, names))
    print(f"{len(names)} pieces, {sum(seconds):.0f} s of one core, longest {max(seconds, default=0):.0f} s, "
          f"all in {time.time() - started:.0f} s", flush=True)


def place(folder, library, chip):
    with open(folder + "/places.json") as file:
        places = json.load(file)
    put, kept, size = 0, 0, 0
    with open(library, "r+b") as file:
        data = bytearray(file.read())
        for number, (start, header, room, wanted, _) in enumerate(places):
            cubin = f"{folder}/{number:03}.cubin"
            if not os.path.exists(cubin):
                continue
            with open(cubin, "rb") as code:
                code = code.read()
            try:
                fatbin.put_machine_code(data, fatbin.Container(start, header, room, []), int(chip), code)
            except ValueError as failure:
                print(f"{number:03}: {failure}")
                continue
            put, kept, size = put + 1, kept + wanted, size + len(code)
        file.seek(0)
        file.write(data)
    print(f"{put} of {len(places)} pieces, {kept} kernels, {size / 1e6:.0f} MB of machine code")


if __name__ == "__main__":
    {"prepare": prepare, "compile": compile_all, "place": place}[sys.argv[1]](*sys.argv[2:])
