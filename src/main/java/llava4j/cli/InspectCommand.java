package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Template;
import llava4j.data.ConversationRecordReader;
import llava4j.error.UserError;
import llava4j.lora.Adapter;
import llava4j.lora.AdapterDirectory;
import llava4j.model.LossGraph;
import org.datavec.api.split.FileSplit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is in a file: tensors, a model's parts, or conversations with their loss mask. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
        description = "Look into a safetensors file, a model directory, a LoRA adapter, or a data file (with --model: "
                + "token lengths and one conversation with its loss mask in colour).")
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

    @Option(names = "--sample", defaultValue = "1", paramLabel = "N", description = "Which conversation is shown (default 1).")
    private int sample;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
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
            conversations();
        }
        return 0;
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
        directory.weights();        // names every tensor that does not fit
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
        parts.forEach((part, count) -> System.out.printf("%-26s %15s parameters%n", part, grouped(count)));
        System.out.printf("%-26s %15s%n", "all", grouped(parts.values().stream().mapToLong(Long::longValue).sum()));
    }

    private static String part(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    private static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private void conversations() throws IOException, InterruptedException {
        ConversationRecordReader reader = new ConversationRecordReader();
        reader.initialize(new FileSplit(path.toFile()));
        List<Conversation> all = new ArrayList<>();
        while (reader.hasNext()) {
            all.add(ConversationRecordReader.conversation(reader.next()));
        }
        ObjectNode result = new ObjectMapper().createObjectNode().put("samples", all.size())
                .put("images", all.stream().map(Conversation::image).filter(i -> i != null).distinct().count())
                .put("turns", all.stream().mapToInt(c -> c.turns().size()).sum());
        if (model == null) {
            System.out.println(json ? result.toPrettyString() : result.get("samples") + " samples, "
                    + result.get("images") + " pictures, " + result.get("turns") + " turns; with --model DIR: token "
                    + "lengths and the loss mask");
            return;
        }
        if (sample < 1 || sample > all.size()) {
            throw UserError.of("--sample %d: the file has %d", sample, all.size());
        }
        Llava llava = Llava.open(model, Optional.ofNullable(visionTower));
        ConversationEncoder encoder = template == null ? llava.conversationEncoder()
                : llava.conversationEncoder().with(Template.of(template));
        IntSummaryStatistics lengths = all.stream().mapToInt(c -> encoder.encode(c).ids().length).summaryStatistics();
        SupervisedTokens shown = encoder.encode(all.get(sample - 1));
        if (json) {
            result.putObject("tokens").put("shortest", lengths.getMin()).put("mean", lengths.getAverage())
                    .put("longest", lengths.getMax());
            Arrays.stream(shown.ids()).forEach(result.putArray("ids")::add);
            Arrays.stream(shown.labels()).forEach(result.putArray("labels")::add);
            System.out.println(result.toPrettyString());
            return;
        }
        System.out.printf(Locale.ROOT, "%s samples, %s pictures, %s turns; %d to %d tokens, %.1f on average%n",
                result.get("samples"), result.get("images"), result.get("turns"), lengths.getMin(), lengths.getMax(),
                lengths.getAverage());
        System.out.println(coloured(llava, shown));
        System.out.println(Ansi.AUTO.string("@|bold,green green|@: learned (" + shown.supervised() + " of "
                + shown.ids().length + " tokens); grey: given"));
    }

    /** Runs of learned and of given tokens; pictures shortened to one mark. */
    private static String coloured(Llava llava, SupervisedTokens tokens) {
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (int i = 1; i <= tokens.ids().length; i++) {
            boolean learned = tokens.labels()[start] != LossGraph.IGNORED;
            if (i == tokens.ids().length || learned != (tokens.labels()[i] != LossGraph.IGNORED)) {
                int image = llava.config().imageTokenId();
                int[] previous = {-1};
                int[] run = Arrays.stream(tokens.ids(), start, i).filter(id -> {
                    boolean repeated = id == image && previous[0] == image;
                    previous[0] = id;
                    return !repeated;
                }).toArray();
                String words = llava.tokenizer().decode(run, false).replace("|@", "| @");
                text.append(Ansi.AUTO.string((learned ? "@|bold,green " : "@|faint ") + words + "|@")).append(' ');
                start = i;
            }
        }
        return text.toString().lines().collect(Collectors.joining("\n"));
    }
}
