package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * Tokens that a model directory adds to its vocabulary beside {@code tokenizer.json}, taken in as transformers does.
 *
 * <p>They stand in {@code tokenizer_config.json} under {@code added_tokens_decoder}, or, where that is absent, in {@code
 * added_tokens.json}. In the order of their ids each takes the next free id of the vocabulary. What one would get wrong:
 * reading {@code tokenizer.json} alone, where {@code <image>} then falls into pieces and a model is trained without ever
 * seeing a picture.
 */
final class AddedTokens {

    private static final String DECODER = "added_tokens_decoder";
    private static final int MOST = 10_000_000;

    private final Path file;
    private final ArrayNode known;
    private final JsonNode vocabulary;
    private boolean changed;

    private AddedTokens(Path file, ObjectNode rules) {
        this.file = file;
        this.known = rules.path("added_tokens").isArray() ? (ArrayNode) rules.get("added_tokens")
                : rules.putArray("added_tokens");
        this.vocabulary = rules.path("model").path("vocab");
    }

    /**
     * Adds to {@code rules} what the other files of its directory add.
     *
     * @param file     the tokenizer.json
     * @param rules    its content, which is changed
     * @param settings the content of tokenizer_config.json
     * @return whether anything was changed
     * @throws UserError if two files give a token different ids
     */
    static boolean merge(Path file, ObjectNode rules, Fields settings) {
        AddedTokens tokens = new AddedTokens(file, rules);
        Path list = file.resolveSibling("added_tokens.json");
        if (settings.has(DECODER)) {
            tokens.fromDecoder(settings.at(DECODER));
        } else if (Files.exists(list)) {
            tokens.fromList(JsonFile.object(list), specials(settings));
        }
        return tokens.changed;
    }

    /** {@code {"398": {"content": "<image>", "special": true, ..}}}; its properties count, also for a token that is known. */
    private void fromDecoder(Fields decoder) {
        Map<Integer, ObjectNode> byId = new TreeMap<>();
        decoder.json().fieldNames().forEachRemaining(key -> {
            if (!key.matches("[0-9]{1,8}")) {
                throw decoder.error(key, "the key is not a token id");
            }
            Fields entry = decoder.at(key);
            ObjectNode token = token(Integer.parseInt(key), entry.text("content"), entry.flag("special", false));
            token.put("normalized", entry.flag("normalized", !entry.flag("special", false)));
            for (String flag : new String[] {"single_word", "lstrip", "rstrip"}) {
                token.put(flag, entry.flag(flag, false));
            }
            byId.put(Integer.parseInt(key), token);
        });
        byId.values().forEach(token -> add(decoder.place(), token, true));
    }

    /** {@code {"<image>": 398, ..}}, the older form: it says nothing of a token's properties. */
    private void fromList(Fields list, Set<String> specials) {
        Map<Integer, ObjectNode> byId = new TreeMap<>();
        list.json().fieldNames().forEachRemaining(content -> {
            int id = list.integer(content, null, 0, MOST);
            byId.put(id, token(id, content, specials.contains(content)));
        });
        byId.values().forEach(token -> add(list.place(), token, false));
    }

    private static Set<String> specials(Fields settings) {
        Set<String> specials = new HashSet<>();
        for (String role : new String[] {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token",
            "mask_token"}) {
            settings.tokenText(role).ifPresent(specials::add);
        }
        specials.addAll(settings.tokenTexts("additional_special_tokens"));
        return specials;
    }

    private ObjectNode token(int id, String content, boolean special) {
        return known.objectNode().put("id", id).put("content", content).put("single_word", false).put("lstrip", false)
                .put("rstrip", false).put("normalized", !special).put("special", special);
    }

    private void add(String from, ObjectNode token, boolean properties) {
        String content = token.get("content").asText();
        int index = indexOf(content);
        int id = index >= 0 ? known.get(index).path("id").asInt()
                : vocabulary.has(content) ? vocabulary.get(content).asInt() : nextFree();
        if (id != token.get("id").asInt()) {
            throw UserError.of("%s: the token %s has id %d there, but %s gives it id %d: copy both files from the same model",
                    from, Fields.shortened(content), token.get("id").asInt(), file, id);
        }
        if (index < 0) {
            known.add(token);
            changed = true;
        } else if (properties && !known.get(index).equals(token)) {
            known.set(index, token);
            changed = true;
        }
    }

    private int indexOf(String content) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).path("content").asText().equals(content)) {
                return i;
            }
        }
        return -1;
    }

    private int nextFree() {
        int next = vocabulary.size();
        for (JsonNode token : known) {
            next = Math.max(next, token.path("id").asInt() + 1);
        }
        return next;
    }
}
