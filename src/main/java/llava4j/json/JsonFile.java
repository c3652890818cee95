package llava4j.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import llava4j.error.UserError;

/**
 * Reads JSON files strictly: one value a file and nothing after it, no field twice in an object, valid UTF-8, no nesting
 * without end.
 *
 * <p>Large files are read element by element ({@link #elements}, {@link #arrays}, {@link JsonElements}), so memory does
 * not grow with the file. What one would get wrong: Jackson by itself stops reading after the first value, so the second
 * of two files pasted together is dropped in silence; and its errors may come without a location.
 */
public final class JsonFile {

    private static final long LARGEST_SETTINGS = 10_000_000;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

    private JsonFile() {
    }

    /**
     * {@return the fields of a file of settings, which holds one object}
     *
     * @param file read whole
     * @throws UserError if it is missing, larger than settings can be, or not a single JSON object
     */
    public static Fields object(Path file) {
        return Fields.of(file.toString(), tree(file, LARGEST_SETTINGS));
    }

    /**
     * {@return the one value that a file holds}
     *
     * @param file    read whole
     * @param largest bytes beyond which it cannot be what it should be
     * @throws UserError if it is missing, too large, or not a single JSON value
     */
    public static JsonNode tree(Path file, long largest) {
        JsonNode[] root = new JsonNode[1];
        read(file, parser -> {
            if (Files.size(file) > largest) {
                throw UserError.of("%s: %d bytes are too many for what it should hold", file, Files.size(file));
            }
            root[0] = JSON.readTree(parser);
        });
        return root[0];
    }

    /**
     * {@return whether the file holds an array, rather than an object}
     *
     * @param file looked at up to its first bracket
     * @throws UserError if it is missing, or neither
     */
    public static boolean isArray(Path file) {
        JsonToken[] first = new JsonToken[1];
        try (InputStream in = open(file); JsonParser parser = JSON.createParser(in)) {
            first[0] = parser.nextToken();
        } catch (JsonProcessingException e) {
            throw invalid(file, 1, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (first[0] != JsonToken.START_ARRAY && first[0] != JsonToken.START_OBJECT) {
            throw UserError.of("%s: %s", file, first[0] == null ? "is empty" : "need a JSON array or object");
        }
        return first[0] == JsonToken.START_ARRAY;
    }

    /**
     * Reads a file that holds one array of objects, an element at a time.
     *
     * @param file     a JSON array
     * @param consumer is given each element, whose place in errors is file and line; what it throws ends the reading
     * @throws UserError if the file is missing, or not a single array of objects
     */
    public static void elements(Path file, Consumer<Fields> consumer) {
        try (JsonElements elements = JsonElements.of(file)) {
            elements.forEachRemaining(consumer);
        }
    }

    /**
     * Reads a file that holds one object with arrays of objects in it, as COCO's do, an element at a time.
     *
     * @param file      a JSON object; its other fields are passed over
     * @param consumers by the arrays' names; each is given the elements of its array, in the file's order
     * @throws UserError if the file is missing, not a single object, or lacks one of the arrays
     */
    public static void arrays(Path file, Map<String, Consumer<Fields>> consumers) {
        read(file, parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw UserError.of("%s: need a JSON object", file);
            }
            Set<String> missing = new LinkedHashSet<>(consumers.keySet().stream().sorted().toList());
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken begin = parser.nextToken();
                if (!consumers.containsKey(name)) {
                    parser.skipChildren();
                } else if (begin != JsonToken.START_ARRAY) {
                    throw UserError.of("%s: \"%s\" must be an array", file, name);
                } else {
                    missing.remove(name);
                    each(file, parser, consumers.get(name));
                }
            }
            if (!missing.isEmpty()) {
                throw UserError.of("%s: the array %s is missing", file, String.join(", ", missing));
            }
        });
    }

    /**
     * Reads a file that holds one object whose fields are objects themselves, such as problems by their ids, one at a time.
     *
     * @param file     a JSON object of objects
     * @param kind     how an error calls one of them: {@code problem} for {@code problems.json, problem 12}
     * @param consumer is given each name and its object, in the file's order
     * @throws UserError if the file is missing, or not a single object of objects
     */
    public static void members(Path file, String kind, BiConsumer<String, Fields> consumer) {
        read(file, parser -> {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw UserError.of("%s: need a JSON object", file);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                consumer.accept(name, Fields.of(file + ", " + kind + " " + Fields.shortened(name), JSON.readTree(parser)));
            }
        });
    }

    private static void each(Path file, JsonParser parser, Consumer<Fields> consumer) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String place = file + ", line " + parser.currentTokenLocation().getLineNr();
            consumer.accept(Fields.of(place, JSON.readTree(parser)));
        }
    }

    private interface Reading {
        void from(JsonParser parser) throws IOException;
    }

    /** Opens the file, puts the parser on the first token, and sees to it that nothing follows the value. */
    private static void read(Path file, Reading reading) {
        try (InputStream in = open(file); JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() == null) {
                throw UserError.of("%s: is empty", file);
            }
            try {
                reading.from(parser);
                if (parser.nextToken() != null) {
                    throw moreText(file, parser);
                }
            } catch (JsonProcessingException e) {
                throw invalid(file, parser.currentLocation().getLineNr(), e);
            }
        } catch (JsonProcessingException e) {
            throw invalid(file, 1, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** A parser before the first token; closing it closes the file. */
    static JsonParser parser(Path file) throws IOException {
        return JSON.createParser(open(file));
    }

    /** A parser before the first token of a text. */
    static JsonParser parser(byte[] text) throws IOException {
        return JSON.createParser(text);
    }

    /** The value that begins at the parser's current token. */
    static JsonNode tree(JsonParser parser) throws IOException {
        return JSON.readTree(parser);
    }

    /** The error for a second value in a file, the parser being on it. */
    static UserError moreText(Path file, JsonParser parser) {
        return UserError.of("%s, line %d: more text after the end of the JSON: one array or object a file", file,
                parser.currentTokenLocation().getLineNr());
    }

    /** At its first byte, if it is there and no pointer of Git LFS. */
    static InputStream open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: %s", file, Files.isDirectory(file) ? "is a directory, not a file" : "no such file");
        }
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(GitLfs.FIRST_BYTES);
        byte[] start = in.readNBytes(GitLfs.FIRST_BYTES);
        in.reset();
        try {
            GitLfs.refusePointer(file, start);
        } catch (UserError e) {
            in.close();
            throw e;
        }
        return in;
    }

    /** The one message for a text that is not JSON. Some of Jackson's errors, such as endless nesting, bring no location. */
    static UserError invalid(Path file, int line, JsonProcessingException e) {
        return UserError.of("%s, line %d: not valid JSON: %s", file,
                e.getLocation() == null ? line : e.getLocation().getLineNr(), JsonText.reason(e));
    }

    static UserError unreadable(Path file, IOException e) {
        return new UserError(file + ": cannot be read: " + Fields.shortened(String.valueOf(e.getMessage())), e);
    }
}
