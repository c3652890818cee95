"""Runs the project on this machine's GPU, part by part, out of what unpack.py unpacked.

    python3 src/bench/gpu/check.py --pack DIR --results DIR [--seconds N] [--backend cpu]

Each part has a time limit and leaves its result in the folder before the next begins; started again, parts that are done are
passed over. After --seconds no part begins. A part that fails ends no other, but what needs it. With --backend cpu the same
parts run on the processor, on the path that a GPU takes: the rehearsal.
"""

import argparse
import ctypes
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

LIBRARIES = ["libcudart.so.11.0", "libcublasLt.so.11", "libcublas.so.11", "libcusolver.so.11", "libnd4jcuda.so"]
TOLERANCE = 1e-3                          # relative, of ModelCheck and of each operation
RESTARTS = 12
STEPS = "stage1_step,stage2_step,encode,prefill,decode_token"


class Check:
    def __init__(self, pack, results, backend, seconds, out):
        self.deadline = time.time() + seconds
        self.pack = os.path.abspath(pack)
        self.results = os.path.abspath(results)
        self.backend = backend
        self.out = out
        os.makedirs(self.results, exist_ok=True)
        self.done = {}
        if os.path.exists(self.path("done.json")):
            with open(self.path("done.json")) as file:
                self.done = json.load(file)

    def path(self, name):
        return os.path.join(self.results, name)

    # --- running things

    def environment(self):
        environment = {name: value for name, value in os.environ.items() if name not in ("JAVA_HOME", "CLASSPATH")}
        paths = [self.pack + "/cuda", environment.get("LD_LIBRARY_PATH", ""), "/usr/local/nvidia/lib64"]
        environment["LD_LIBRARY_PATH"] = ":".join(path for path in paths if path)
        environment.setdefault("CUDA_MODULE_LOADING", "LAZY")
        environment.update(CUDA_CACHE_MAXSIZE="4294967296", CUDA_CACHE_PATH=self.path("cuda-cache"))
        return environment

    def java(self, *arguments, backend=None):
        backend = backend or self.backend
        folders = ["check", "lib/*", "lib-cuda/*"] if backend == "cuda" else ["check", "lib/*"]
        options = ["-Xmx4g", "-XX:+UseSerialGC", "-Djava.awt.headless=true", "-Dorg.bytedeco.javacpp.maxbytes=24g",
                   "-Dorg.bytedeco.javacpp.maxphysicalbytes=48g", "-Dorg.bytedeco.javacpp.cachedir=" + self.path("javacpp"),
                   "-Djava.library.path=" + self.pack + "/cuda", "-Dorg.bytedeco.javacpp.pathsfirst=true",
                   "-XX:ErrorFile=" + self.path("crash.txt")]
        if self.backend == "cpu" and backend == "cpu":
            options.append("-Dllava4j.session=true")
        return [self.pack + "/jre/bin/java", *options, "-cp",
                ":".join(os.path.join(self.pack, folder) for folder in folders), *arguments]

    def run(self, command, limit, environment=None):
        """Output, exit code (None where the limit ended it) and seconds."""
        started = time.time()
        with open(self.path("log.txt"), "a") as log:
            log.write(f"\n$ {' '.join(command[-8:])}\n")
            log.flush()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       env=environment or self.environment(), start_new_session=True)
            try:
                text, _ = process.communicate(timeout=max(1, min(limit, self.deadline - time.time())))
                code = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                text, _ = process.communicate()
                code = None
            seconds = time.time() - started
            log.write(text[-20000:] + f"\n[exit {code}, {seconds:.1f} s]\n")
        return text, code, seconds

    def part(self, name, work, needs=()):
        if name in self.done:
            print(f"{name}: done before", flush=True)
        elif time.time() > self.deadline - 5:
            print(f"{name}: no time left", flush=True)
        else:
            missing = [other for other in needs if not self.done.get(other, {}).get("ok")]
            started = time.time()
            try:
                ok, said = (False, f"left out: {missing[0]} failed") if missing else work()
            except Exception as failure:  # noqa: BLE001: whatever it is, the other parts go on
                ok, said = False, f"{type(failure).__name__}: {failure}"
            seconds = round(time.time() - started, 1)
            if not ok and time.time() > self.deadline:
                print(f"{name}: cut short after {seconds} s, to be done again", flush=True)
            else:
                self.done[name] = {"ok": ok, "said": said, "seconds": seconds}
                with open(self.path("done.json"), "w") as file:
                    json.dump(self.done, file, indent=1)
                print(f"{'ok  ' if ok else 'FAIL'} {name} ({seconds} s): {said}", flush=True)
        self.hand_over()

    def hand_over(self):
        if self.out:
            for name in ("done.json", "log.txt", "operations.txt", "crash.txt", "bench.json"):
                if os.path.exists(self.path(name)):
                    shutil.copy(self.path(name), self.out)

    # --- the parts

    def machine(self):
        if self.backend == "cpu":
            return True, f"{os.cpu_count()} processors"
        text, code, _ = self.run(["nvidia-smi", "--query-gpu=name,driver_version,memory.total,memory.used",
                                  "--format=csv,noheader"], 30)
        return code == 0, text.strip()

    def libraries(self):
        """In a process of their own: loading runs code of theirs."""
        text, code, seconds = self.run([sys.executable, os.path.abspath(__file__), "--load", self.pack + "/cuda"], 60)
        return code == 0, f"{text.strip().splitlines()[-1]} ({seconds:.1f} s)"

    def start(self, limit):
        text, code, seconds = self.run(self.java("llava4j.cli.Main", "doctor"), limit)
        lines = [line for line in text.splitlines() if re.match(r"backend|GPU", line)]
        right = code == 0 and re.search(r"^backend .*, " + self.backend.upper() + r" \(", text, re.MULTILINE) is not None
        return right, f"{seconds:.1f} s; " + ("; ".join(lines) or text.strip()[-600:])

    def eager(self, limit):
        """Where loading each kernel at its first use does not work: all of them at once."""
        os.environ["CUDA_MODULE_LOADING"] = "EAGER"
        return self.start(limit)

    def record(self, main, file):
        text, code, seconds = self.run(self.java(main, "record", self.path(file), backend="cpu"), 120)
        return code == 0, f"{seconds:.1f} s" if code == 0 else text.strip()[-300:]

    def operations(self):
        log = self.path("operations.txt")
        end = time.time() + 150
        for _ in range(RESTARTS):
            self.run(self.java("llava4j.model.OperationCheck", "compare", self.path("operations.bin"), log),
                     max(10, end - time.time()))
            lines = []
            if os.path.exists(log):
                with open(log) as file:
                    lines = file.read().splitlines()
            if not lines or lines[-1] == "all" or time.time() > end:
                break
        return self.judged(lines)

    @staticmethod
    def judged(lines):
        """Of each kind of operation how many were right; those begun and never ended stopped the process."""
        begun = {line.split()[1] for line in lines if line.startswith("begin ")}
        kinds, wrong = {}, {}
        for line in lines:
            if line.startswith("begin ") or line == "all":
                continue
            kind, name, outcome = line.split(" ", 2)
            begun.discard(name)
            right = re.fullmatch(r"[\d.e+-]+", outcome) and float(outcome) <= TOLERANCE
            kinds.setdefault(kind, []).append(bool(right))
            if not right:
                wrong.setdefault(kind, outcome)
        count = sum(map(len, kinds.values()))
        said = f"{sum(map(sum, kinds.values()))} of {count} operations of {len(kinds)} kinds right"
        said += "".join(f"; {kind}: {outcome[:150]}" for kind, outcome in wrong.items())
        if begun:
            said += "; ended the process: " + ", ".join(sorted(begun))
        return bool(count) and not wrong and not begun and lines[-1] == "all", said

    def model(self):
        text, code, seconds = self.run(self.java("llava4j.model.ModelCheck", "compare", self.path("model.bin")), 150)
        lines = [" ".join(line.split()) for line in text.splitlines() if re.match("same|WRONG", line)]
        begun = [line.split(None, 1)[1] for line in text.splitlines() if line.startswith("begin ")]
        ended = f"ended in {begun[-1]}: " if begun else ""
        return code == 0, f"{seconds:.1f} s; " + ("; ".join(lines) or ended + text.strip()[-400:])

    def bench(self, size, limit, rounds, peer=True, backend=None, tasks=STEPS):
        folder = self.path(f"bench-{size}-{backend or self.backend}")
        command = self.java("llava4j.cli.Main", "bench", "--size", size, "--what", tasks, "--rounds", str(rounds), "--out",
                            folder, *(["--peer", "--python", sys.executable] if peer else []), backend=backend)
        memory = GpuMemory() if self.backend == "cuda" and backend is None else None
        text, code, seconds = self.run(command, limit)
        most = f"; GPU memory at most {memory.most()} MB" if memory else ""
        for file in glob.glob(folder + "/bench-*.json"):
            with open(file) as found, open(self.path("bench.json"), "a") as out:
                out.write(json.dumps({"size": size, "backend": backend or self.backend, "bench": json.load(found)}) + "\n")
        table = [line for line in text.splitlines() if re.match(r"[a-z0-9_]+ +[\d.]+ ", line)]
        return code == 0, "\n".join(table) + most if code == 0 else f"{seconds:.0f} s; {text.strip()[-400:]}"

    def bench_both(self, size, rounds, runs):
        """Beside transformers, and where that does not work, alone: the parts after this one wait for neither."""
        self.part(f"bench {size}", lambda: self.bench(size, 120, rounds), runs)
        if not self.done.get(f"bench {size}", {"ok": True})["ok"]:
            self.part(f"bench {size} alone", lambda: self.bench(size, 60, rounds, peer=False), runs)

    def demo(self):
        text, code, seconds = self.run(self.java("llava4j.cli.Main", "demo", "--stage1-steps", "40", "--stage2-steps", "40",
                                                 "--no-without-stage1", "--out", self.path("demo")), 120)
        return code == 0, f"{seconds:.0f} s; " + text.strip()[-300:]

    def all(self):
        gpu = self.backend == "cuda"
        self.part("machine", self.machine)
        if gpu:
            self.part("libraries", self.libraries)
        self.part("first start", lambda: self.start(200))
        if gpu and not self.done["first start"]["ok"]:
            self.part("first start, eager", lambda: self.eager(100))
        if self.done.get("first start, eager", {}).get("ok"):
            os.environ["CUDA_MODULE_LOADING"] = "EAGER"
            self.done["first start"] = dict(self.done["first start, eager"])
        self.part("second start", lambda: self.start(100), ["first start"])
        self.part("operations on the CPU", lambda: self.record("llava4j.model.OperationCheck", "operations.bin"))
        self.part("model on the CPU", lambda: self.record("llava4j.model.ModelCheck", "model.bin"))
        self.part("operations", self.operations, ["first start", "operations on the CPU"])
        self.part("model", self.model, ["first start", "model on the CPU"])
        runs = ["first start"] if "differs by" in self.done.get("model", {}).get("said", "") else ["model"]
        self.bench_both("tiny", 5, runs)
        self.bench_both("mid", 3, runs)
        if gpu:
            self.part("bench gpu-small", lambda: self.bench("gpu-small", 150, 3, False, None, "stage1_step,stage2_step"), runs)
            self.part("demo", self.demo, runs)
            self.part("bench tiny on the CPU", lambda: self.bench("tiny", 60, 5, False, "cpu"))
            self.part("bench mid on the CPU", lambda: self.bench("mid", 60, 2, False, "cpu", "stage1_step,stage2_step"))

    def table(self):
        print("\n" + "-" * 60)
        for name, result in self.done.items():
            first, *rest = result["said"].split("\n")
            print(f"{'ok  ' if result['ok'] else 'FAIL'} {name:24} {result['seconds']:7.1f} s  {first}")
            for line in rest:
                print(" " * 40 + line)


class GpuMemory:
    """The most memory of the GPU in use, asked twice a second."""

    def __init__(self):
        self.process = subprocess.Popen(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "-lms",
                                         "500"], stdout=subprocess.PIPE, text=True)

    def most(self):
        self.process.terminate()
        text, _ = self.process.communicate()
        return max((int(line) for line in text.split() if line.isdigit()), default=0)


def load(folder):
    for name in LIBRARIES:
        started = time.time()
        try:
            ctypes.CDLL(os.path.join(folder, name), mode=ctypes.RTLD_GLOBAL)
        except OSError as failure:
            sys.exit(f"{name}: {failure}")
        print(f"{name} {time.time() - started:.1f} s")
    print("all libraries load")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack")
    parser.add_argument("--results")
    parser.add_argument("--backend", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--seconds", type=int, default=540, help="after which no part begins (default 540)")
    parser.add_argument("--load", metavar="DIR", help="only load the CUDA libraries")
    arguments = parser.parse_args()
    if arguments.load:
        load(arguments.load)
        return
    check = Check(arguments.pack, arguments.results, arguments.backend, arguments.seconds, os.environ.get("OUT"))
    try:
        check.all()
    finally:
        check.table()
        check.hand_over()


if __name__ == "__main__":
    main()
