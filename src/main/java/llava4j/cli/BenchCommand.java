package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import llava4j.bench.Bench;
import llava4j.bench.BenchReport;
import llava4j.bench.BenchSize;
import llava4j.bench.LongRun;
import llava4j.bench.Scale;
import llava4j.bench.StepMemory;
import llava4j.bench.Task;
import llava4j.checkpoint.WholeFile;
import llava4j.execution.Precision;
import llava4j.show.Lettering;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast training and decoding are here, and beside Hugging Face transformers. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = "Time training, encoding and decoding; with --peer beside Hugging Face transformers, in one run.")
final class BenchCommand implements Callable<Integer> {

    private static final int FEWEST_STEPS = 100;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--size", defaultValue = "tiny", paramLabel = "tiny|mid|gpu-small|smollm2|tinyllama",
            description = "tiny: the tiny world's model. mid: decoder of width 512 and 8 layers, 256 image tokens. gpu-small: the "
                    + "paper's encoder, decoder of width 1024 and 12 layers, for one GPU. smollm2 and tinyllama: CLIP ViT-B/32 with SmolLM2-135M, "
                    + "ViT-L/14 with TinyLlama-1.1B, their shapes (default ${DEFAULT-VALUE}).")
    private BenchSize size;

    @Option(names = "--what", split = ",", paramLabel = "TASK",
            description = "Only these, with commas between them: ${COMPLETION-CANDIDATES} (default what one would do "
                    + "with a model of that size).")
    private List<Task> tasks;

    @Option(names = "--rounds", converter = Range.Count.class, defaultValue = "10", paramLabel = "N",
            description = "Times each task is done, after three seconds to warm up (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--recipe-steps", converter = Range.Steps.class, defaultValue = "60", paramLabel = "N",
            description = "Steps of each stage that recipe runs, before it scales them to all (default ${DEFAULT-VALUE}).")
    private int recipeSteps;

    @Option(names = "--peer", description = "Also run transformers' LlavaForConditionalGeneration, in alternation: same "
            + "checkpoint, batches and processors; stops if its loss is another.")
    private boolean peer;

    @Option(names = "--python", defaultValue = "python3", paramLabel = "PATH",
            description = "Interpreter with the packages of src/bench/python/requirements.txt (default ${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--gguf", paramLabel = "FILE",
            description = "With --peer: a model of the same shape in llama.cpp's format, such as SmolLM2-135M in bfloat16 for "
                    + "--size smollm2; adds the task decode_llama_cpp. Needs xllamacpp in the interpreter.")
    private Path gguf;

    @Option(names = "--weights", defaultValue = "as-stored", paramLabel = "float32|as-stored",
            description = "as-stored: the decoders of smollm2 and tinyllama stay in bfloat16, on both sides; float32: they are "
                    + "widened before (default ${DEFAULT-VALUE}).")
    private ModelOptions.WeightForm weights;

    @Option(names = "--profile", description = "Also the time of each kind of operation.")
    private boolean profile;

    @Option(names = "--scale", description = "Instead: how a training step grows with image tokens, words and width; writes "
            + "scale.csv, scale.json and scale.png to --out.")
    private boolean scale;

    @Option(names = "--long", converter = Range.Steps.class, paramLabel = "STEPS",
            description = "Instead: that many steps of stage 2 with batches of many lengths, the last quarter beside the "
                    + "first, and whether memory grows; writes long.json and long.png to --out.")
    private Integer longRun;

    @Option(names = "--memory", description = "Instead: the memory of a training step beside what plan reckons, for "
            + "several sizes, each in a Java of its own; writes memory.json to --out.")
    private boolean memory;

    @Option(names = "--out", defaultValue = "target/bench", paramLabel = "DIR",
            description = "Where results are written, bench-SIZE-BLAS.json and those of the options above (default ${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the random weights and batches (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print JSON: times in seconds, memory in MB.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (longRun != null || scale) {
            Lettering.check();
        }
        if (longRun != null) {
            if (longRun < FEWEST_STEPS) {
                throw new ParameterException(spec.commandLine(), "--long " + longRun + ": need at least " + FEWEST_STEPS);
            }
            LongRun.Result result = LongRun.measure(size, longRun, seed, System.err::println);
            LongRun.write(result, out);
            System.out.print(json ? LongRun.json(result).toPrettyString() + "\n" : LongRun.table(result));
            return 0;
        }
        if (memory) {
            List<StepMemory.Line> lines = StepMemory.measure(System.err::println);
            String text = new ObjectMapper().valueToTree(lines).toPrettyString() + "\n";
            WholeFile.write(out.resolve("memory.json"), text);
            System.out.print(json ? text : StepMemory.table(lines));
            return 0;
        }
        if (scale) {
            List<Scale.Point> points = Scale.measure(rounds, seed, System.err::println);
            Scale.write(points, out);
            System.out.println(json ? new ObjectMapper().valueToTree(points).toPrettyString()
                    : "wrote scale.csv, scale.json and scale.png to " + out);
            return 0;
        }
        Set<Task> chosen = tasks == null ? EnumSet.copyOf(size.tasks()) : EnumSet.copyOf(tasks);
        check(chosen);
        precision.choose();
        Precision.ofAnswers(stored() ? Precision.ofTraining() : Precision.FLOAT32);
        Bench.Settings settings = new Bench.Settings(size, chosen, rounds, recipeSteps, peer ? python : null, gguf, profile,
                weights == ModelOptions.WeightForm.FLOAT32, seed);
        Bench.Result result = new Bench(settings, System.err::println).run();
        String text = BenchReport.json(result).toPrettyString() + "\n";
        WholeFile.write(out.resolve("bench-" + size + "-" + BenchReport.blas().toLowerCase(Locale.ROOT) + ".json"), text);
        System.out.print(json ? text : BenchReport.table(result));
        return 0;
    }

    /** Which of the options go together. */
    private void check(Set<Task> chosen) {
        if (gguf != null) {
            if (!peer || !Files.isRegularFile(gguf)) {
                throw new ParameterException(spec.commandLine(), "--gguf " + gguf + ": needs --peer, and a file");
            }
            chosen.add(Task.DECODE_LLAMA_CPP);
        } else if (chosen.contains(Task.DECODE_LLAMA_CPP)) {
            throw new ParameterException(spec.commandLine(), "--what decode_llama_cpp: needs --gguf, llama.cpp's file of the model");
        }
        if (peer && precision.isRounded()
                && !(stored() && EnumSet.of(Task.PREFILL, Task.DECODE_TOKEN, Task.DECODE_LLAMA_CPP).containsAll(chosen))) {
            throw new ParameterException(spec.commandLine(), "--bf16 and --peer: the peer computes in float32 but for what a decoder "
                    + "in bfloat16 answers: --size smollm2 or tinyllama with --what prefill,decode_token");
        }
    }

    /** Whether the decoder stays in bfloat16. */
    private boolean stored() {
        return weights == ModelOptions.WeightForm.AS_STORED && size.sixteenBits();
    }
}
