package llava4j.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * peft's {@code adapter_config.json}: r, α and how s follows from them, for most layers and for exceptions.
 *
 * <p>Which layers are adapted is read off the tensors, not off {@code target_modules}. {@code base_model_name_or_path} is
 * another machine's path and never opened. Each release of peft adds settings; one that is null, false or empty changes
 * nothing, any other that is not known here would change the mathematics, and is refused by name.
 *
 * @param rank           r of most layers
 * @param alpha          α of most layers
 * @param rankStabilised whether s = α/√r
 * @param dropout        share of a low-rank path's input that falls out in training
 * @param ranks          r of layers whose names end so; a name may be a regular expression
 * @param alphas         α of such layers
 */
record AdapterConfig(int rank, double alpha, boolean rankStabilised, double dropout, Map<String, Integer> ranks,
                     Map<String, Double> alphas) {

    private static final int LARGEST_RANK = 65_536;
    private static final double LARGEST_ALPHA = 1e6;

    /** Read below. */
    private static final Set<String> READ = Set.of("peft_type", "r", "lora_alpha", "lora_dropout", "bias", "use_rslora",
            "rank_pattern", "alpha_pattern", "init_lora_weights");
    /** They say how the adapter was made or where it belongs, and change nothing about it. */
    private static final Set<String> REMARKS = Set.of("base_model_name_or_path", "revision", "task_type", "inference_mode",
            "target_modules", "exclude_modules", "modules_to_save", "layers_to_transform", "layers_pattern", "auto_mapping",
            "peft_version", "megatron_core", "qalora_group_size", "runtime_config", "eva_config");
    /** Beginnings of A and B that leave the base as it is; others ("pissa", "olora", "loftq") subtract from it. */
    private static final Set<String> HARMLESS_STARTS = Set.of("true", "false", "gaussian", "orthogonal", "eva");

    /**
     * Reads the file.
     *
     * @throws UserError naming every setting that is not supported
     */
    static AdapterConfig read(Path file) {
        Fields root = JsonFile.object(file);
        root.word("peft_type", null, "LORA");
        List<String> refused = new ArrayList<>();
        root.json().fieldNames().forEachRemaining(key -> {
            JsonNode value = root.json().path(key);
            boolean known = READ.contains(key) || REMARKS.contains(key);
            if (!known && !changesNothing(value)) {
                refused.add(key + " = " + Fields.shortened(value.toString()));
            }
        });
        if (root.has("bias") && !root.json().path("bias").asText().equals("none")) {
            refused.add("bias = " + Fields.shortened(root.json().path("bias").toString()));
        }
        String start = root.has("init_lora_weights") ? root.json().path("init_lora_weights").asText() : "true";
        if (!HARMLESS_STARTS.contains(start)) {
            refused.add("init_lora_weights = " + Fields.shortened(start));
        }
        Adapter.refuse(file, "not supported, since it changes what is computed", refused);
        return new AdapterConfig(root.integer("r", null, 1, LARGEST_RANK), root.number("lora_alpha", null, 0.0, LARGEST_ALPHA),
                root.flag("use_rslora", false), root.number("lora_dropout", 0.0, 0, Math.nextDown(1.0)),
                numbers(root.at("rank_pattern"), (fields, key) -> fields.integer(key, null, 1, LARGEST_RANK)),
                numbers(root.at("alpha_pattern"), (fields, key) -> fields.number(key, null, 0.0, LARGEST_ALPHA)));
    }

    private static boolean changesNothing(JsonNode value) {
        return value.isNull() || value.isBoolean() && !value.asBoolean() || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.asText().isEmpty();
    }

    private interface Reading<T> {
        T of(Fields fields, String key);
    }

    private static <T> Map<String, T> numbers(Fields fields, Reading<T> reading) {
        Map<String, T> values = new LinkedHashMap<>();
        for (Iterator<String> keys = fields.json().fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            // A repeated group could take longer than anyone's patience to match
            if (key.matches(".*\\)[*+?{].*") || key.matches(".*\\\\\\d.*")) {
                throw fields.error(key, "need the end of a layer's name, or a simple regular expression");
            }
            try {
                pattern(key);
            } catch (PatternSyntaxException e) {
                throw fields.error(key, "need the end of a layer's name, or a regular expression");
            }
            values.put(key, reading.of(fields, key));
        }
        return values;
    }

    private static Pattern pattern(String key) {
        return Pattern.compile("(.*\\.)?(" + key + ")");
    }

    /** r of a layer, by its name in the live model. */
    int rankOf(String live) {
        return exception(ranks, live).orElse(rank);
    }

    /** α of a layer, by its name in the live model. */
    double alphaOf(String live) {
        return exception(alphas, live).orElse(alpha);
    }

    /** The first that fits counts, as in peft. */
    private static <T> Optional<T> exception(Map<String, T> patterns, String live) {
        return patterns.entrySet().stream().filter(entry -> pattern(entry.getKey()).matcher(live).matches())
                .map(Map.Entry::getValue).findFirst();
    }

    /**
     * The file's content.
     *
     * @param targets {@code target_modules}: names, or one regular expression
     * @param saved   {@code modules_to_save}
     */
    String json(JsonNode targets, List<String> saved) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("peft_type", "LORA").put("task_type", "CAUSAL_LM")
                .putNull("base_model_name_or_path").put("inference_mode", true).put("r", rank).put("bias", "none")
                .put("lora_dropout", dropout).put("fan_in_fan_out", false).put("use_rslora", rankStabilised)
                .put("init_lora_weights", true);
        put(root, "lora_alpha", alpha);
        root.set("target_modules", targets);
        if (saved.isEmpty()) {
            root.putNull("modules_to_save");
        } else {
            saved.forEach(root.putArray("modules_to_save")::add);
        }
        ranks.forEach(root.putObject("rank_pattern")::put);
        ObjectNode exceptions = root.putObject("alpha_pattern");
        alphas.forEach((key, value) -> put(exceptions, key, value));
        return root.toPrettyString() + "\n";
    }

    /** peft's own α are whole numbers. */
    private static void put(ObjectNode node, String key, double value) {
        if (value == Math.rint(value)) {
            node.put(key, (long) value);
        } else {
            node.put(key, value);
        }
    }
}
