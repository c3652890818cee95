package llava4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
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
            JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw UserError.of("%s: not a JSON object", file);
            }
            return new ConfigNode(file, "", root);
        } catch (JsonProcessingException e) {
            throw UserError.of("%s: not valid JSON: %s", file, e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    JsonNode json() {
        return node;
    }

    /** The object under {@code key}, empty where there is none. */
    ConfigNode at(String key) {
        JsonNode child = node.path(key);
        return new ConfigNode(file, path + key + ".", child.isObject() ? child : new ObjectMapper().createObjectNode());
    }

    UserError error(String key, String problem) {
        return UserError.of("%s: %s%s is %s: %s", file, path, key, node.path(key), problem);
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
