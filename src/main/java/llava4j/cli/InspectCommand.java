package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.Template;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.error.UserError;
import llava4j.lora.Adapter;
import llava4j.lora.AdapterDirectory;
import llava4j.model.LlavaConfig;
import llava4j.train.Stage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what is in a file: tensors, a model's parts, or conversations with their loss mask. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
        description = "Look into a safetensors file, a model directory, a LoRA adapter, or a data file (with --model: "
                + "all that train checks before it starts, token lengths, and one conversation with its loss mask in colour).")
final class InspectCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PATH", description = "File or directory.")
    private Path path;

    @Option(names = "--model", paramLabel = "DIR", description = "Whose tokenizer and template a data file is seen with.")
    private Path model;

    @Option(names = "--vision-tower", paramLabel = "DIR", description = "Directory of the encoder, where it is kept apart.")
    private Path visionTower;

    @Option(names = "--adapter", paramLabel = "DIR", description = "A LoRA adapter: whether it fits the model directory PATH.")
    private Path adapter;

    @Option(names = "--template", paramLabel = "NAME", description = "plain, v0 or v1, instead of the model's own.")
    private String template;

    @Mixin
    private InstructionOptions instructions;

    @Option(names = "--seed", paramLabel = "S", description = "Of the drawn instructions, as train was given it (default 0).")
    private Long seed;

    @Option(names = "--images", paramLabel = "DIR",
            description = "Folder of the pictures that a data file names: are they all there? (With --model.)")
    private Path images;

    @Option(names = "--sample", converter = Range.Count.class, defaultValue = "1", paramLabel = "N",
            description = "Which conversation is shown (default 1).")
    private int sample;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (images != null && model == null) {
            throw new ParameterException(spec.commandLine(), "--images goes with --model");
        }
        if (instructions.given() && model == null) {
            throw new ParameterException(spec.commandLine(), "--instructions goes with --model");
        }
        if (seed != null && !instructions.areBrief()) {
            throw new ParameterException(spec.commandLine(), "--seed goes with --instructions brief");
        }
        if (!Files.exists(path)) {
            throw UserError.of("%s: no such file or directory", path);
        }
        if (adapter != null) {
            adapter(adapter, AdapterDirectory.read(adapter, ModelDirectory.open(path,
                    Optional.ofNullable(visionTower))));
        } else if (AdapterDirectory.is(path) && !ModelDirectory.hasWeights(path)) {
            adapter(path, AdapterDirectory.read(path));
        } else if (Files.isDirectory(path)) {
            model();
        } else if (path.toString().endsWith(".safetensors")) {
            tensors();
        } else {
            data();
        }
        return 0;
    }

    private void data() {
        DataReport report = new DataReport(path, sample, json);
        if (model == null) {
            report.print();
        } else {
            Llava llava = opened(model);
            report.print(llava, checked(llava));
        }
    }

    /** As stage 1 takes the samples, where it is said what captions answer; else as stage 2 does. */
    private SampleCheck checked(Llava llava) {
        Optional<Template> asked = Optional.ofNullable(template).map(Template::of);
        if (instructions.given()) {
            return Stage.FEATURE_ALIGNMENT.check(asked.map(llava::withTemplate).orElse(llava), path, Optional.ofNullable(images),
                    SampleRules.STRICT.asking(instructions.brief(seed == null ? 0 : seed)));
        }
        ConversationEncoder own = llava.conversationEncoder();
        return SampleCheck.of(path, asked.map(own::with).orElse(own), llava.config().decoder().maxPositions(),
                Optional.ofNullable(images), SampleRules.STRICT);
    }

    /** Its weights are looked at, not computed with: they may stay as the files have them. */
    private Llava opened(Path directory) {
        return Llava.open(directory, Optional.ofNullable(visionTower), name -> true);
    }

    private void adapter(Path place, Adapter found) {
        System.out.println(json ? AdapterReport.json(found).toPrettyString() : AdapterReport.text(place, found));
    }

    private void tensors() {
        ObjectNode result = new ObjectMapper().createObjectNode();
        long numbers = 0;
        try (Safetensors file = Safetensors.open(path)) {
            for (String name : file.names()) {
                long count = Arrays.stream(file.shape(name)).reduce(1, (a, b) -> a * b);
                numbers += count;
                ObjectNode tensor = result.putObject(name).put("dtype", file.type(name));
                Arrays.stream(file.shape(name)).forEach(tensor.putArray("shape")::add);
                if (!json) {
                    System.out.printf("%-72s %-5s %s%n", name, file.type(name), Arrays.toString(file.shape(name)));
                }
            }
        }
        System.out.println(json ? result.toPrettyString() : result.size() + " tensors, " + grouped(numbers) + " numbers");
    }

    private void model() {
        ModelDirectory directory = ModelDirectory.open(path, Optional.ofNullable(visionTower));
        Map<String, long[]> shapes = directory.kind() == ModelDirectory.Kind.CLIP
                ? ExpectedTensors.of(directory.clip()) : ExpectedTensors.of(directory.llava());
        boolean speaks = directory.kind() != ModelDirectory.Kind.CLIP;
        if (speaks) {
            opened(path);       // names every tensor and token that does not fit
        } else {
            directory.weights();
        }
        Map<String, Long> parts = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> parts.merge(part(name), Arrays.stream(shape).reduce(1, (a, b) -> a * b),
                Long::sum));
        if (json) {
            ObjectNode result = new ObjectMapper().createObjectNode().put("kind",
                    directory.kind().name().toLowerCase(Locale.ROOT));
            parts.forEach(result.putObject("parameters")::put);
            ObjectNode tensors = result.putObject("tensors");
            shapes.forEach((name, shape) -> Arrays.stream(shape).forEach(tensors.putArray(name)::add));
            System.out.println(result.toPrettyString());
            return;
        }
        System.out.println(path + ": " + directory.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        System.out.println(directory.kind() == ModelDirectory.Kind.CLIP ? directory.clip() : directory.llava());
        if (speaks && directory.llava().vision() != null) {
            int image = directory.llava().imageTokenId();
            System.out.println("<image>: " + (image == LlavaConfig.IMAGE_TOKEN_INDEX
                    ? "no token; the text is cut there, as the original repository does" : "token " + image) + ", "
                    + directory.llava().imageTokens() + " image tokens a picture");
        }
        parts.forEach((part, count) -> System.out.printf("%-26s %15s parameters%n", part, grouped(count)));
        System.out.printf("%-26s %15s%n", "all", grouped(parts.values().stream().mapToLong(Long::longValue).sum()));
    }

    private static String part(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    private static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
