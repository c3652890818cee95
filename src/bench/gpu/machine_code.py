"""Makes machine code for one chip of the PTX in ND4J's CUDA library, so that the driver has nothing to compile.

Kernels for half precision and for integers of 8 and 16 bits and unsigned ones are left out: two thirds of the PTX, and no
array of this project has such a type. A kernel that is left out keeps its name and stops the program with "unspecified
launch failure": a wrong choice here shows, and gives no wrong numbers.
"""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import fatbin

OTHER_TYPES = re.compile(r"bfloat16|float16|__half|\bchar\b|\bshort\b|\bunsigned\b")


def template_part(kernel):
    """A C++ name up to its parameters: there the types of the array stand, behind it pointers and counts."""
    depth = 0
    for i, letter in enumerate(kernel):
        depth += (letter == "<") - (letter == ">")
        if letter == "(" and depth == 0:
            return kernel[:i]
    return kernel


def wanted(kernel):
    return not OTHER_TYPES.search(template_part(kernel))


def compiled(ptx, number, chip, ptxas, folder):
    """The machine code of one fat binary's PTX; kept in the folder, so that a run that was cut short goes on."""
    target = os.path.join(folder, f"{number:03}.cubin")
    if not os.path.exists(target):
        source = os.path.join(folder, f"{number:03}.ptx")
        with open(source, "wb") as file:
            file.write(ptx)
        subprocess.run(["nice", ptxas, f"-arch=sm_{chip}", source, "-o", target + ".part"], check=True)
        os.replace(target + ".part", target)
        os.remove(source)
    with open(target, "rb") as file:
        return file.read()


def for_chip(library, chip, ptxas, folder, processes):
    """The library's bytes with machine code for this chip alone, and what was made: (kernels kept, kernels, bytes)."""
    os.makedirs(folder, exist_ok=True)
    file = fatbin.open_copy(library)
    jobs, kept, all_kernels = [], 0, 0
    found = fatbin.containers(library, file)
    for number, container in enumerate(found):
        entry = next(e for e in container.entries if e.kind == fatbin.PTX)
        ptx, some, of = fatbin.without_bodies(entry.code(file).rstrip(b"\0"), wanted)
        kept, all_kernels = kept + some, all_kernels + of
        jobs.append((number, ptx))
    with ThreadPoolExecutor(processes) as pool:
        running = {number: pool.submit(compiled, ptx, number, chip, ptxas, folder)
                   for number, ptx in sorted(jobs, key=lambda job: -len(job[1]))}
        codes = [running[number].result() for number in range(len(found))]
    for container, code in zip(found, codes):
        fatbin.put_machine_code(file, container, chip, code)
    return file, kept, all_kernels, sum(map(len, codes))
