package llava4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import llava4j.error.UserError;

/**
 * A part of a {@code config.json} whose values are checked as they are read: type, range, or one of a few words.
 *
 * <p>Sizes decide how much is allocated, so none is taken on trust; and a setting that would change the computation but
 * is not implemented is refused by name, never passed over.
 */
final class ConfigNode {

    private static final long LARGEST_FILE = 10_000_000;
    private static final int LONGEST_QUOTE = 80;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final String path;
    private final JsonNode node;

    private ConfigNode(Path file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** @throws UserError if the file is missing, too large, or not a JSON object */
    static ConfigNode read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw UserError.of("%s: no such file: is %s a model directory?", file, file.getParent());
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw UserError.of("%s: %d bytes are too many for a configuration", file, Files.size(file));
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw UserError.of("%s: not a JSON object", file);
            }
            return new ConfigNode(file, "", root);
        } catch (JsonProcessingException e) {
            throw UserError.of("%s: not valid JSON: %s", file, oneLine(e));
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** An empty configuration, for a file that may be missing. */
    static ConfigNode empty(Path file) {
        return new ConfigNode(file, "", JSON.createObjectNode());
    }

    /** What the parser says, without the line breaks that the file may have smuggled into it. */
    static String oneLine(JsonProcessingException e) {
        return shortened(e.getOriginalMessage());
    }

    /** A piece of a file as an error message quotes it: of one line, and not longer than a screen is wide. */
    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    JsonNode json() {
        return node;
    }

    /** The object under {@code key}, empty where there is none. */
    ConfigNode at(String key) {
        if (has(key) && !node.path(key).isObject()) {
            throw error(key, "need a JSON object");
        }
        return new ConfigNode(file, path + key + ".", has(key) ? node.path(key) : JSON.createObjectNode());
    }

    UserError error(String key, String problem) {
        return UserError.of("%s: %s%s is %s: %s", file, path, key,
                has(key) ? shortened(node.path(key).toString()) : "not given", problem);
    }

    /** A size between 1 and {@code most}. */
    int size(String key, Integer missing, int most) {
        return integer(key, missing, 1, most);
    }

    int integer(String key, Integer missing, int least, int most) {
        if (!has(key) && missing != null) {
            return missing;
        }
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw error(key, "need a whole number from " + least + " to " + most);
        }
        return value.asInt();
    }

    double number(String key, double missing, double least, double most) {
        if (!has(key)) {
            return missing;
        }
        JsonNode value = node.path(key);
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw error(key, "need a number from " + least + " to " + most);
        }
        return value.asDouble();
    }

    boolean flag(String key, boolean missing) {
        if (!has(key)) {
            return missing;
        }
        if (!node.path(key).isBoolean()) {
            throw error(key, "need true or false");
        }
        return node.path(key).asBoolean();
    }

    /** One of a few words; any other is named as unsupported. */
    String word(String key, String missing, String... supported) {
        String value = has(key) ? node.path(key).asText() : missing;
        if (!Arrays.asList(supported).contains(value)) {
            throw error(key, "supported: " + String.join(", ", supported));
        }
        return value;
    }

    /** One id or a list of ids. */
    List<Integer> ids(String key, List<Integer> missing) {
        if (!has(key)) {
            return missing;
        }
        List<Integer> ids = new ArrayList<>();
        JsonNode value = node.path(key);
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw error(key, "need a token id, or a list of them");
            }
            ids.add(id.asInt());
        }
        return ids;
    }

    /** Refuses a setting that is there and is not one of the harmless values. */
    void refuseUnless(String key, String... harmless) {
        if (has(key) && !Arrays.asList(harmless).contains(node.path(key).asText())) {
            throw error(key, "this is not supported");
        }
    }
}
