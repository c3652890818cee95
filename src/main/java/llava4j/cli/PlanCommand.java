package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.checkpoint.ModelDirectory;
import llava4j.error.UserError;
import llava4j.model.LlavaConfig;
import llava4j.plan.Flops;
import llava4j.plan.Machine;
import llava4j.plan.Memory;
import llava4j.plan.Parameters;
import llava4j.plan.PictureMemory;
import llava4j.plan.Presets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reckons before anything is loaded what a model takes. */
@Command(name = "plan", mixinStandardHelpOptions = true,
        description = "Parameters, memory and operations of a configuration for decoding and for both stages, and whether this "
                + "machine holds it.",
        footer = {"", "Memory is that of this implementation: float32, the frozen encoder in memory but not in the training "
                + "step.", "Operations are those of the matrix products; a step is --batch samples of --length tokens."})
final class PlanCommand implements Callable<Integer> {

    @Option(names = "--config", required = true, paramLabel = "NAME|FILE",
            description = "tiny, mid, gpu-small, llava-7b, llava-13b, llava-1.5-7b; a config.json; or a model directory.")
    private String name;

    @Option(names = "--vision-tower", paramLabel = "DIR",
            description = "Directory of the vision encoder, where the original LLaVA layout keeps it apart.")
    private Path visionTower;

    private static final String DECODING = "decoding";

    @Mixin
    private PlannedRun run;

    @Option(names = "--length", converter = Range.BatchSize.class, paramLabel = "T",
            description = "Tokens of a sample, image tokens among them (default: image tokens and 256, at most the context).")
    private Integer length;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        LlavaConfig config = config();
        int imageTokens = config.vision() == null ? 0 : config.imageTokens();
        int context = config.decoder().maxPositions();
        int tokens = length == null ? Math.min(context, imageTokens + 256) : length;
        if (tokens <= imageTokens || tokens > context) {
            throw UserError.of("--length %d: need more than the %d image tokens and at most the context, %d", tokens,
                    imageTokens, context);
        }
        Parameters parameters = Parameters.of(config);
        Map<String, Memory> memory = new LinkedHashMap<>();
        memory.put(DECODING, run.decoding(config, tokens));
        memory.put("stage1", run.memory(config, 1, tokens));
        memory.put("stage2", run.memory(config, 2, tokens));
        if (config.vision() == null) {
            memory.remove("stage1");
        }
        Flops flops = Flops.of(config, tokens);
        Machine machine = Machine.here();
        if (json) {
            System.out.println(json(config, tokens, parameters, memory, flops, machine).toPrettyString());
        } else {
            print(config, tokens, parameters, memory, flops, machine);
        }
        return 0;
    }

    private LlavaConfig config() {
        if (Presets.names().contains(name)) {
            return Presets.of(name);
        }
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            return Presets.of(name);
        }
        ModelDirectory model = Files.isDirectory(path) ? ModelDirectory.open(path, Optional.ofNullable(visionTower))
                : ModelDirectory.ofConfig(path, Optional.ofNullable(visionTower));
        if (model.kind() == ModelDirectory.Kind.CLIP) {
            throw UserError.of("--config %s: is a CLIP, and a plan is made for a LLaVA or a LLaMA", name);
        }
        return model.llava();
    }

    private void print(LlavaConfig config, int tokens, Parameters parameters, Map<String, Memory> memory, Flops flops,
                       Machine machine) {
        System.out.println(name);
        if (config.vision() != null) {
            line("  encoder", grouped(parameters.encoder()), config.vision() + "; " + config.imageTokens() + " image tokens");
            line("  projector", grouped(parameters.projector()), config.connector());
        }
        line("  decoder", grouped(parameters.decoder()), config.decoder());
        line("  all", grouped(parameters.all()), "parameters");
        System.out.printf("%nmemory, %s of %d tokens%n", run, tokens);
        System.out.printf("  %-9s %10s %10s %10s %12s %10s %10s %10s%n", "", "weights", "gradients", "moments", "activations",
                "cache", "pictures", "process");
        memory.forEach((use, m) -> System.out.printf("  %-9s %10s %10s %10s %12s %10s %10s %10s  %s%n", use, size(m.weights()),
                size(m.gradients()), size(m.moments()), size(m.activations()), size(m.cache()), size(pictures(use, config)),
                size(m.all() + pictures(use, config)), verdict(m, pictures(use, config), machine)));
        memory.keySet().stream().filter(use -> !use.equals(DECODING)).forEach(use -> System.out.printf(
                "  %s: %s%n", use, largest(config, use, tokens, machine)));
        System.out.printf("%noperations%n");
        if (config.vision() != null) {
            line("  encoder", scaled(flops.picture()), "a picture, once: g is frozen");
        }
        line("  decoding", scaled(flops.token()), "a token, with " + tokens + " in the cache");
        line("  prompt", scaled(flops.prompt()), "of " + tokens + " tokens");
        if (config.vision() != null) {
            line("  stage 1", scaled(flops.stage1()), "a sample; " + scaled(run.batch * flops.stage1()) + " a step");
        }
        line("  stage 2", scaled(flops.stage2()), "a sample; " + scaled(run.batch * flops.stage2()) + " a step");
        System.out.printf("%nthis machine: %s of memory; %s%n", size(machine.memory()), machine.gpus().isEmpty()
                ? "no GPU that this build can use (doctor says more)" : machine.gpus());
        long most = memory.values().stream().filter(m -> m.all() <= machine.memory()).mapToLong(Memory::arrays).max().orElse(0);
        if (machine.arrays() > 0 && most > machine.arrays()) {
            System.out.printf("this Java lets arrays take %s: start it with -Dorg.bytedeco.javacpp.maxbytes=%dg "
                    + "-Dorg.bytedeco.javacpp.maxphysicalbytes=%dg%n", size(machine.arrays()), (most >> 30) + 1, (most >> 30) + 3);
        }
    }

    /** The encoder's arrays for a batch of questions; in training for as many as there are, with the features of all. */
    private long pictures(String use, LlavaConfig config) {
        return use.equals(DECODING) ? PictureMemory.of(config, run.batch).encoder() : run.pictures(config).all();
    }

    private String largest(LlavaConfig config, String use, int tokens, Machine machine) {
        int rows = largestRows(config, use, tokens, machine);
        return rows == 0 ? "not even --micro-batch 1 fits: a lower --length, --lora-rank, --recompute or --features take less"
                : rows == run.batch ? "the whole batch of " + rows + " fits at a time"
                : "the largest that fits is --micro-batch " + rows;
    }

    private int largestRows(LlavaConfig config, String use, int tokens, Machine machine) {
        return run.largestMicroBatch(config, use.equals("stage1") ? 1 : 2, tokens, machine.memory() - pictures(use, config));
    }

    /** GPUs hold the arrays, main memory holds the whole process. */
    private static String verdict(Memory memory, long pictures, Machine machine) {
        String here = memory.all() + pictures <= machine.memory() ? "fits this machine" : "too large for this machine";
        return here + machine.gpus().stream().map(gpu -> (memory.arrays() <= gpu.memory() ? ", fits " : ", too large for ")
                + gpu.name()).reduce("", String::concat);
    }

    private ObjectNode json(LlavaConfig config, int tokens, Parameters parameters, Map<String, Memory> memory, Flops flops,
                            Machine machine) {
        ObjectNode result = new ObjectMapper().createObjectNode().put("config", name).put("batch", run.batch)
                .put("micro_batch", run.rows())
                .put("length", tokens).put("image_tokens", config.vision() == null ? 0 : config.imageTokens());
        result.putObject("parameters").put("encoder", parameters.encoder()).put("projector", parameters.projector())
                .put("decoder", parameters.decoder()).put("all", parameters.all());
        ObjectNode largest = result.putObject("largest_micro_batch");
        memory.keySet().stream().filter(use -> !use.equals(DECODING)).forEach(use -> largest.put(use,
                largestRows(config, use, tokens, machine)));
        ObjectNode bytes = result.putObject("bytes");
        ObjectNode fits = result.putObject("fits");
        memory.forEach((use, m) -> {
            bytes.putObject(use).put("weights", m.weights()).put("gradients", m.gradients()).put("moments", m.moments())
                    .put("activations", m.activations()).put("cache", m.cache()).put("pictures", pictures(use, config))
                    .put("all", m.all() + pictures(use, config));
            ObjectNode places = fits.putObject(use).put("memory",
                    m.all() + pictures(use, config) <= machine.memory());
            machine.gpus().forEach(gpu -> places.put(gpu.name(), m.arrays() <= gpu.memory()));
        });
        result.putObject("flops").put("encoder_per_picture", flops.picture()).put("projector_per_picture", flops.projector())
                .put("per_token", flops.token()).put("per_prompt", flops.prompt())
                .put("stage1_per_sample", flops.stage1()).put("stage1_per_step", run.batch * flops.stage1())
                .put("stage2_per_sample", flops.stage2()).put("stage2_per_step", run.batch * flops.stage2());
        ObjectNode here = result.putObject("machine").put("memory", machine.memory());
        machine.gpus().forEach(gpu -> here.withArray("gpus").addObject().put("name", gpu.name()).put("memory", gpu.memory()));
        return result;
    }

    private static void line(String what, String figure, Object about) {
        System.out.printf("%-12s %16s  %s%n", what, figure, about);
    }

    private static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String size(long bytes) {
        return bytes >= 1L << 30 ? String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30))
                : String.format(Locale.ROOT, "%.1f MB", bytes / (double) (1L << 20));
    }

    private static String scaled(double operations) {
        String[] prefixes = {"M", "G", "T", "P", "E"};
        double value = operations / 1e6;
        int prefix = 0;
        while (value >= 1000 && prefix < prefixes.length - 1) {
            value /= 1000;
            prefix++;
        }
        return String.format(Locale.ROOT, "%.2f %sFLOP", value, prefixes[prefix]);
    }
}
