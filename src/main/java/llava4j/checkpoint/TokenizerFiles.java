package llava4j.checkpoint;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * The files of a tokenizer, to which special tokens are added as transformers' {@code add_tokens(…, special_tokens=True)}
 * adds them.
 *
 * <p>A new token takes the id after the last one: the size of the vocabulary, or one past the largest added id. What one
 * would get wrong: config.json's {@code vocab_size} is not that id; many models have more rows than tokens.
 */
public final class TokenizerFiles {

    private static final long LARGEST = 200_000_000;
    private static final List<String> COPIED = List.of("special_tokens_map.json", "chat_template.jinja");

    private final Path directory;
    private final JsonNode rules;
    private final ArrayNode added;
    private final Fields settings;

    private TokenizerFiles(Path directory, JsonNode rules, Fields settings) {
        this.directory = directory;
        this.rules = rules;
        this.settings = settings;
        this.added = rules.path("added_tokens").isArray() ? (ArrayNode) rules.get("added_tokens")
                : ((ObjectNode) rules).putArray("added_tokens");
    }

    /**
     * Reads a directory's tokenizer.
     *
     * @param directory holds {@code tokenizer.json} and, as a rule, {@code tokenizer_config.json}
     * @return its files, nothing added yet
     * @throws UserError if a file cannot be read
     */
    public static TokenizerFiles of(Path directory) {
        Path rules = directory.resolve("tokenizer.json");
        JsonNode tree = JsonFile.tree(rules, LARGEST);
        if (!tree.isObject() || !tree.path("model").isObject()) {
            throw UserError.of("%s: not a readable tokenizer: need an object with a model", rules);
        }
        Path settings = directory.resolve("tokenizer_config.json");
        return new TokenizerFiles(directory, tree, Files.isRegularFile(settings) ? JsonFile.object(settings)
                : Fields.empty(settings.toString()));
    }

    /**
     * Adds a special token, or finds it where the vocabulary has it.
     *
     * @param token its text
     * @return its id
     */
    public int add(String token) {
        for (JsonNode entry : added) {
            if (entry.path("content").asText().equals(token)) {
                ((ObjectNode) entry).put("special", true);
                return entry.path("id").asInt();
            }
        }
        int id = inModel(token);
        id = id >= 0 ? id : next();
        int place = 0;
        while (place < added.size() && added.get(place).path("id").asInt() < id) {
            place++;
        }
        added.insertObject(place).put("id", id).put("content", token).put("single_word", false).put("lstrip", false)
                .put("rstrip", false).put("normalized", false).put("special", true);
        return id;
    }

    /**
     * The padding token; {@code <pad>} is added where the tokenizer names none.
     *
     * @return its id
     */
    public int padding() {
        String token = settings.tokenText("pad_token").orElse("");
        if (token.isEmpty()) {
            token = "<pad>";
            ((ObjectNode) settings.json()).put("pad_token", token);
        }
        return add(token);
    }

    /**
     * {@return the id of a token, or −1 where there is none}
     *
     * @param token its text
     */
    public int idOf(String token) {
        for (JsonNode entry : added) {
            if (entry.path("content").asText().equals(token)) {
                return entry.path("id").asInt();
            }
        }
        return inModel(token);
    }

    private int inModel(String token) {
        JsonNode vocabulary = rules.path("model").path("vocab");
        if (vocabulary.isObject()) {
            return vocabulary.path(token).asInt(-1);
        }
        for (int id = 0; id < vocabulary.size(); id++) {         // a Unigram model lists [token, score]
            if (vocabulary.get(id).path(0).asText().equals(token)) {
                return id;
            }
        }
        return -1;
    }

    private int next() {
        int next = rules.path("model").path("vocab").size();
        for (JsonNode entry : added) {
            next = Math.max(next, entry.path("id").asInt() + 1);
        }
        return next;
    }

    /** {@return one past the largest id that was asked for or added: rows that the decoder's tables need at least} */
    public int size() {
        return next();
    }

    /**
     * Writes all of the tokenizer's files.
     *
     * @param to the directory
     * @throws UserError if it cannot be written
     */
    public void write(Path to) {
        DefaultPrettyPrinter indented = new DefaultPrettyPrinter();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");       // the same bytes on Windows
        indented.indentArraysWith(lines);
        indented.indentObjectsWith(lines);
        WholeFile.write(to.resolve("tokenizer.json"),
                temporary -> new ObjectMapper().writer(indented).writeValue(temporary.toFile(), rules));
        WholeFile.write(to.resolve("tokenizer_config.json"), settings.json().toPrettyString() + "\n");
        for (String name : COPIED) {
            Path file = directory.resolve(name);
            try {
                if (Files.isRegularFile(file)) {
                    byte[] content = Files.readAllBytes(file);
                    WholeFile.write(to.resolve(name), temporary -> Files.write(temporary, content));
                }
            } catch (IOException e) {
                throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
