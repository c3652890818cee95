"""Packs all that a GPU machine without Java, Maven and network needs to run this project, in pieces of at most 45 MB.

    mvn -Pcuda -DskipTests package
    python src/bench/gpu/pack.py --wheels DIR --out DIR

In the pack: a small Java, the project's classes and libraries for Linux on x86-64, and ND4J's CUDA library with the libraries
of CUDA 11.8 that it links, all with machine code for one chip alone. --wheels holds what
`pip download --no-deps` fetches of the packages in requirements.txt beside this file.
"""

import argparse
import concurrent.futures
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import cublas
import fatbin
import machine_code

CHIP = 90
PIECE = 45_000_000
BLOCK = 24 << 20                  # compressed on its own, so that all cores unpack
PRESET = 6                        # of xz: 3 is four times as fast, and a tenth larger
M2 = os.path.expanduser("~/.m2/repository")
CUDA = {"nvidia_cuda_runtime_cu11": ["libcudart.so.11.0"], "nvidia_cublas_cu11": ["libcublas.so.11", "libcublasLt.so.11"],
        "nvidia_cusolver_cu11": ["libcusolver.so.11"]}
JNI = re.compile(r"libjni(cudart|cublas|cusolver|cusparse|nd4jcuda)\.so$")
LEFT_OUT = re.compile(r"openai|okhttp|okio|kotlin|httpc|freemarker|gson|redist|nd4j-native-[\w.-]*linux-x86_64\.jar"
                      r"|cuda-[\w.-]*linux-x86_64\.jar")
OTHER_MACHINES = re.compile(r"(^|/)(win|osx|macos|darwin|windows|linux-(?!x86[-_]64)|linux/(aarch|arm|ppc|riscv)|Linux/(?!x86_64)"
                            r"|Windows|Mac|FreeBSD|freebsd|openbsd|dragonfly|sunos|aix|android)[\w-]*/")


def java(target):
    """The modules that the classes name, and those that are found by name at run time."""
    modules = ["java.base", "java.desktop", "java.logging", "java.management", "java.naming", "java.net.http", "java.sql",
               "java.xml", "java.scripting", "jdk.unsupported", "jdk.management", "jdk.zipfs", "jdk.crypto.ec", "java.instrument"]
    subprocess.run(["jlink", "--add-modules", ",".join(modules), "--output", target, "--strip-debug", "--no-man-pages",
                    "--no-header-files"], check=True)


def plain_jar(source, target, wanted=lambda name: True):
    """The jar without natives of other machines, and not compressed: the pack's own compression is better."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            if not name.endswith("/") and not OTHER_MACHINES.search(name) and wanted(name):
                new.writestr(name, old.read(name))


def jars(built, folder):
    os.makedirs(folder + "/lib")
    os.makedirs(folder + "/lib-cuda")
    for name in sorted(os.listdir(built + "/lib")):
        source = f"{built}/lib/{name}"
        if "cuda" in name and "redist" not in name:
            plain_jar(source, f"{folder}/lib-cuda/{name}", lambda entry: not entry.endswith(".so") or JNI.search(entry))
        elif not LEFT_OUT.search(name) or name.endswith("-avx2.jar"):
            plain_jar(source, f"{folder}/lib/{name}")
    shutil.copy(built + "/llava4j.jar", folder + "/lib")
    for name in ("BackendCase", "ModelCheck", "OperationCheck", "Recorded"):
        os.makedirs(folder + "/check/llava4j/model", exist_ok=True)
        shutil.copy(f"{built}/test-classes/llava4j/model/{name}.class", folder + "/check/llava4j/model")


def once(make, name, folder):
    """A library that takes minutes to make, kept for the next pack."""
    kept = f"target/gpu/sm_{CHIP}/{name}"
    if not os.path.exists(kept):
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with open(kept + ".part", "wb") as out:
            out.write(make())
        os.replace(kept + ".part", kept)
    shutil.copy(kept, folder)
    print(f"  {name}", flush=True)


def cuda_libraries(built, wheels, folder, processes):
    os.makedirs(folder + "/cuda")
    names = sorted(os.listdir(wheels))
    loose = built + "/gpu/libraries"
    os.makedirs(loose, exist_ok=True)
    for package, libraries in CUDA.items():
        with zipfile.ZipFile(os.path.join(wheels, next(n for n in names if n.startswith(package + "-")))) as wheel:
            for entry in wheel.namelist():
                if os.path.basename(entry) in libraries:
                    path = f"{loose}/{os.path.basename(entry)}"
                    with open(path, "wb") as out:
                        out.write(wheel.read(entry))
    shutil.copy(loose + "/libcudart.so.11.0", folder + "/cuda")
    target = folder + "/cuda"
    once(lambda: fatbin.keep_chip(loose + "/libcublas.so.11", CHIP), "libcublas.so.11", target)
    once(lambda: fatbin.keep_chip(loose + "/libcublasLt.so.11", CHIP, cublas.unused), "libcublasLt.so.11", target)
    once(lambda: fatbin.keep_chip(loose + "/libcusolver.so.11", CHIP), "libcusolver.so.11", target)
    with zipfile.ZipFile(next(f"{built}/lib/{n}" for n in os.listdir(built + "/lib")
                              if re.match(r"nd4j-cuda-[\d.]+-\d[\w.-]*linux-x86_64\.jar", n))) as jar:
        jar.extract("org/nd4j/nativeblas/linux-x86_64/libnd4jcuda.so", loose)
    with zipfile.ZipFile(os.path.join(wheels, next(n for n in names if n.startswith("nvidia_cuda_nvcc_cu11-")))) as wheel:
        ptxas = wheel.extract("nvidia/cuda_nvcc/bin/ptxas", loose)
    os.chmod(ptxas, 0o755)
    once(lambda: nd4j(loose, ptxas, built, processes), "libnd4jcuda.so", target)


def nd4j(loose, ptxas, built, processes):
    file, kept, of, size = machine_code.for_chip(loose + "/org/nd4j/nativeblas/linux-x86_64/libnd4jcuda.so", CHIP, ptxas,
                                                 built + "/gpu/cubin", processes)
    print(f"  {kept} of {of} kernels compiled, {size / 1e6:.0f} MB of machine code")
    return file


def blocks(folder):
    """The folder as one tar, in blocks; the same files give the same blocks."""
    def timeless(entry):
        entry.mtime = 0
        return entry

    tar = folder + ".tar"
    with tarfile.open(tar, "w", format=tarfile.GNU_FORMAT) as out:
        out.add(folder, arcname=".", filter=timeless)
    with open(tar, "rb") as file:
        while block := file.read(BLOCK):
            yield block
    os.remove(tar)


def compressed(block):
    """Kept, so that a second pack compresses only what has changed."""
    kept = os.path.join("target/gpu/blocks", f"{hashlib.sha256(block).hexdigest()}-{PRESET}")
    if not os.path.exists(kept):
        packed = lzma.compress(block, check=lzma.CHECK_CRC64, preset=PRESET)
        with open(kept + ".part", "wb") as file:
            file.write(packed)
        os.replace(kept + ".part", kept)
    with open(kept, "rb") as file:
        return file.read()


def pieces(folder, out, processes):
    """piece-00.bin and so on: the lengths of all blocks as a line of JSON, then the blocks."""
    os.makedirs("target/gpu/blocks", exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        packed = list(pool.map(compressed, blocks(folder)))
    whole = io.BytesIO()
    whole.write(json.dumps([len(block) for block in packed]).encode() + b"\n")
    for block in packed:
        whole.write(block)
    data = whole.getvalue()
    sums = []
    for number, start in enumerate(range(0, len(data), PIECE)):
        piece = data[start:start + PIECE]
        name = f"piece-{number:02}.bin"
        with open(os.path.join(out, name), "wb") as file:
            file.write(piece)
        sums.append(f"{hashlib.sha256(piece).hexdigest()}  {name}\n")
        print(f"  {name} {len(piece) / 1e6:.1f} MB")
    with open(os.path.join(out, "SHA256SUMS"), "w") as file:
        file.writelines(sums)
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "unpack.py"), out)
    print(f"{len(data) / 1e6:.0f} MB in {len(sums)} pieces")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--without-cuda", action="store_true", help="for a rehearsal on the CPU")
    arguments = parser.parse_args()
    built = "target"
    folder = built + "/gpu/pack"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.makedirs(arguments.out, exist_ok=True)
    print("Java and jars", flush=True)
    java(folder + "/jre")
    jars(built, folder)
    if not arguments.without_cuda:
        print("libraries for the GPU", flush=True)
        cuda_libraries(built, arguments.wheels, folder, arguments.processes)
    print("pieces", flush=True)
    pieces(folder, arguments.out, arguments.processes)


if __name__ == "__main__":
    sys.exit(main())
