package llava4j.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.checkpoint.StackedProjector;
import llava4j.checkpoint.TorchFile;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.graph.LowRankPath;
import llava4j.json.Fields;
import llava4j.model.LlavaConfig;
import llava4j.connector.ProjectorConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An adapter on disk: {@code adapter_config.json} and {@code adapter_model.safetensors} as peft writes them, or
 * {@code .bin} as it used to; from LLaVA's own code also {@code non_lora_trainables}, which holds the projector.
 *
 * <p>The tensors' names say what is adapted. What one would get wrong: to go by {@code target_modules}, whose endings such as
 * {@code q_proj} are found in the vision encoder too.
 */
public final class AdapterDirectory {

    private static final String CONFIG = "adapter_config.json";
    private static final Pattern LOW_RANK = Pattern.compile("(.+)\\.(lora_[AB]\\.weight)");

    private final Path directory;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Map<String, INDArray>> halves = new LinkedHashMap<>();
    private final Map<String, INDArray> replaced = new LinkedHashMap<>();

    private AdapterDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * {@return whether a directory holds an adapter}
     *
     * @param directory any directory
     */
    public static boolean is(Path directory) {
        return Files.exists(directory.resolve(CONFIG));
    }

    /**
     * Reads an adapter that goes with a base.
     *
     * @param directory holds {@code adapter_config.json} and the tensors
     * @param base      a LLaVA or a language model; its weights are not read
     * @return the adapter, in float32
     * @throws UserError if it is damaged, does something that is not supported, or does not fit the base
     */
    public static Adapter read(Path directory, ModelDirectory base) {
        if (base.kind() == ModelDirectory.Kind.CLIP) {
            throw UserError.of("%s: is a CLIP: an adapter goes with a LLaVA or a LLaMA", base.path());
        }
        Adapter adapter = read(directory);
        INDArray second = adapter.replaced().get(StackedProjector.WEIGHT);
        if (second != null && base.llava().connector() instanceof ProjectorConfig projector && projector.isOneMatrix()
                && Arrays.equals(second.shape(), new long[] {projector.outputSize(), projector.outputSize()})) {
            StackedProjector.unstack(adapter.replaced(), directory);
        }
        adapter.requireFits(base.llava(), directory);
        return adapter;
    }

    /**
     * Reads an adapter by itself, whatever base it goes with.
     *
     * @param directory holds {@code adapter_config.json} and the tensors
     * @return the adapter, in float32
     * @throws UserError if it is damaged or does something that is not supported
     */
    public static Adapter read(Path directory) {
        if (!is(directory)) {
            throw UserError.of("%s: no %s here: give the folder of a LoRA adapter", directory, CONFIG);
        }
        return new AdapterDirectory(directory).adapter(AdapterConfig.read(directory.resolve(CONFIG)));
    }

    private Adapter adapter(AdapterConfig config) {
        tensors("adapter_model", true).forEach(this::sort);
        tensors("non_lora_trainables", false).forEach((name, array) -> replace(AdapterNames.live(
                name.replaceFirst("^base_model\\.(?!model\\.)", "")), name, array));
        Map<String, LowRank> modules = new LinkedHashMap<>();
        halves.forEach((live, two) -> {
            LowRank lowRank = lowRank(live, two, config);
            if (lowRank != null && modules.put(AdapterNames.module(live), lowRank) != null) {
                faults.add(live + " is there twice, under two names");
            }
        });
        if (halves.isEmpty()) {
            faults.add("it has no low-rank matrices, lora_A and lora_B");
        }
        Adapter.refuse(directory, "the adapter is not whole", faults);
        return new Adapter(modules, replaced, config.dropout());
    }

    private Map<String, INDArray> tensors(String name, boolean required) {
        Path safetensors = directory.resolve(name + ".safetensors");
        Path old = directory.resolve(name + ".bin");
        if (!Files.exists(safetensors)) {
            return Files.exists(old) ? TorchFile.read(old) : required ? missing(safetensors) : Map.of();
        }
        try (Safetensors file = Safetensors.open(safetensors)) {
            return file.all();
        }
    }

    private static Map<String, INDArray> missing(Path file) {
        throw UserError.of("%s: no such file, though an %s lies there: copy the whole adapter", file, CONFIG);
    }

    private void sort(String name, INDArray array) {
        Matcher lowRank = LOW_RANK.matcher(name);
        if (!AdapterNames.prefixed(name)) {
            faults.add(Fields.shortened(name) + " does not begin with base_model.model.");
        } else if (lowRank.matches()) {
            halves.computeIfAbsent(AdapterNames.live(lowRank.group(1)), first -> new LinkedHashMap<>())
                    .put(lowRank.group(2), array.castTo(DataType.FLOAT));
        } else if (name.contains("lora_")) {
            faults.add(Fields.shortened(name) + " is not supported");
        } else {
            replace(AdapterNames.live(name), name, array);
        }
    }

    private void replace(String live, String name, INDArray array) {
        if (replaced.put(AdapterNames.tensor(live), array.castTo(DataType.FLOAT)) != null) {
            faults.add(Fields.shortened(name) + " is there twice");
        }
    }

    private LowRank lowRank(String live, Map<String, INDArray> two, AdapterConfig config) {
        INDArray a = two.get(LowRankPath.A);
        INDArray b = two.get(LowRankPath.B);
        String layer = Fields.shortened(live);
        if (a == null || b == null) {
            faults.add(layer + " has no " + (a == null ? LowRankPath.A : LowRankPath.B));
            return null;
        }
        int rank = config.rankOf(live);
        if (a.rank() != 2 || b.rank() != 2 || a.size(0) != rank || b.size(1) != rank) {
            faults.add(String.format("%s has A %s and B %s, and r is %d", layer, Arrays.toString(a.shape()),
                    Arrays.toString(b.shape()), rank));
            return null;
        }
        return new LowRank(a, b, config.alphaOf(live), config.rankStabilised());
    }

    /**
     * Writes an adapter that peft opens on a base of transformers 5; {@code adapter_config.json} comes last.
     *
     * @param directory an earlier adapter in it is written over; made if need be
     * @param adapter   fits the base
     * @param base      the base's sizes
     * @throws UserError if a file cannot be written
     */
    public static void write(Path directory, Adapter adapter, LlavaConfig base) {
        boolean eyes = base.vision() != null;
        Map<String, INDArray> full = base.connector() instanceof ProjectorConfig w && w.isOneMatrix()
                && adapter.replaced().containsKey(StackedProjector.FIRST)
                ? StackedProjector.stack(adapter.replaced(), w) : adapter.replaced();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        full.forEach((name, array) -> tensors.put(AdapterNames.inFile(name, eyes), array));
        adapter.modules().forEach((module, lowRank) -> {
            tensors.put(AdapterNames.inFile(module, eyes) + "." + LowRankPath.A, lowRank.a());
            tensors.put(AdapterNames.inFile(module, eyes) + "." + LowRankPath.B, lowRank.b());
        });
        SafetensorsWriter.write(directory.resolve("adapter_model.safetensors"), tensors);
        List<String> saved = full.keySet().stream().map(name -> name.startsWith(AdapterNames.PROJECTOR + ".")
                        ? AdapterNames.PROJECTOR : AdapterNames.transformers5(name.replaceFirst("\\.[^.]+$", ""), eyes))
                .distinct().collect(Collectors.toList());
        WholeFile.write(directory.resolve(CONFIG), config(adapter, eyes).json(targets(adapter, eyes), saved));
    }

    private static AdapterConfig config(Adapter adapter, boolean eyes) {
        LowRank usual = adapter.modules().values().iterator().next();
        Map<String, Integer> ranks = new LinkedHashMap<>();
        Map<String, Double> alphas = new LinkedHashMap<>();
        adapter.modules().forEach((module, lowRank) -> {
            String live = AdapterNames.transformers5(module, eyes);
            if (lowRank.rank() != usual.rank()) {
                ranks.put(live, lowRank.rank());
            }
            if (lowRank.alpha() != usual.alpha()) {
                alphas.put(live, lowRank.alpha());
            }
        });
        return new AdapterConfig(usual.rank(), usual.alpha(), usual.rankStabilised(), adapter.dropout(), ranks, alphas);
    }

    /** The layers' whole names: an ending alone would be found in the encoder too. */
    private static JsonNode targets(Adapter adapter, boolean eyes) {
        return new ObjectMapper().valueToTree(new TreeSet<>(adapter.modules().keySet().stream()
                .map(module -> AdapterNames.transformers5(module, eyes)).collect(Collectors.toList())));
    }
}
