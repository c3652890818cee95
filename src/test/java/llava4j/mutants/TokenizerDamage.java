package llava4j.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is done to the rules of a {@code tokenizer.json}: text → normalizer → pre_tokenizer → model → post_processor → ids,
 * and decoder on the way back. They are a small program, and a program can run for ever.
 */
final class TokenizerDamage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerDamage() {
    }

    static List<Damage> damages() {
        List<Damage> damages = new ArrayList<>();
        for (String pattern : List.of("(a+)+$", "(a|a)*$", "(.*)*x", "(a|aa)+$", "(?=(a+))*b", "(.*?,){50}x",
                "((((((((((a*)*)*)*)*)*)*)*)*)*)b", "(a?){40}a{40}", "a{1000000}", "(", "[", "(?<name", "\\p{Nothing}",
                "", "(?<=a*)b")) {
            String json = TextNode.valueOf(pattern).toString();
            damages.add(rule("a split at " + pattern, "pre_tokenizer", """
                    {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false}
                    """.formatted(json)));
            damages.add(rule("a normalizer that replaces " + pattern, "normalizer", """
                    {"type": "Replace", "pattern": {"Regex": %s}, "content": "b"}
                    """.formatted(json)));
        }
        damages.addAll(List.of(
                rule("a normalizer that replaces the empty text", "normalizer",
                        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"x\"}"),
                rule("a normalizer that prepends 1 MB", "normalizer",
                        "{\"type\": \"Prepend\", \"prepend\": \"" + "a".repeat(1_000_000) + "\"}"),
                rule("twenty normalizers, each doubling the text", "normalizer", "{\"type\": \"Sequence\", \"normalizers\": ["
                        + String.join(",", java.util.Collections.nCopies(20, "{\"type\": \"Replace\", \"pattern\": {\"Regex\": "
                        + "\"(.)\"}, \"content\": \"aaaaaaaa\"}")) + "]}"),
                rule("a sequence in itself, 100,000 deep", "normalizer", "{\"type\":\"Sequence\",\"normalizers\":["
                        .repeat(100_000) + "]}".repeat(100_000)),
                rule("a sequence in itself, 100 deep", "normalizer", "{\"type\":\"Sequence\",\"normalizers\":["
                        .repeat(100) + "]}".repeat(100)),
                rule("a normalizer without a type", "normalizer", "{\"prepend\": \"a\"}"),
                rule("a normalizer that is not there", "normalizer", "{\"type\": \"Uppercase\"}"),
                rule("a template with a type that is not there", "post_processor", """
                        {"type": "TemplateProcessing", "single": [{"Nothing": {"id": "A", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}"""),
                rule("a template with sequence C", "post_processor", """
                        {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "C", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}"""),
                rule("a template with a token that it does not define", "post_processor", """
                        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<x>", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}"""),
                rule("a template whose special token has fewer ids than tokens", "post_processor", """
                        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}],
                         "special_tokens": {"<s>": {"id": "<s>", "ids": [], "tokens": ["<s>"]}}}""", Expected.REFUSED),
                rule("a template with a type of token that is 2^40", "post_processor", """
                        {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 1099511627776}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}"""),
                rule("an empty template", "post_processor", """
                        {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}""", Expected.EITHER),
                rule("a template that is a text", "post_processor",
                        "{\"type\": \"TemplateProcessing\", \"single\": \"$A:x\", \"pair\": \"$A $B\", \"special_tokens\": {}}"),
                rule("a decoder that strips from the end", "decoder",
                        "{\"type\": \"Strip\", \"content\": \" \", \"start\": 0, \"stop\": 100}"),
                rule("a decoder that strips 2^62 characters", "decoder",
                        "{\"type\": \"Strip\", \"content\": \" \", \"start\": 4611686018427387904, \"stop\": 0}", Expected.EITHER),
                rule("a decoder that replaces the empty text", "decoder",
                        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"x\"}", Expected.EITHER),
                rule("no vocabulary", "model", "{\"type\": \"WordLevel\", \"unk_token\": \"<unk>\"}"),
                rule("an empty vocabulary", "model", "{\"type\": \"WordLevel\", \"vocab\": {}, \"unk_token\": \"<unk>\"}"),
                rule("a model of no known type", "model", "{\"type\": \"Guess\", \"vocab\": {}}"),
                rule("merges of words that are not there", "model",
                        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"b c\"]}"),
                rule("merges that are no pairs", "model", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a\"]}"),
                rule("a unigram model whose unknown id is past its end", "model",
                        "{\"type\": \"Unigram\", \"unk_id\": 7, \"vocab\": [[\"a\", -1.0]]}"),
                rule("an empty unigram model", "model", "{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": []}"),
                // A vocabulary that spells any word in bytes never looks for it
                tree("a token for unknown words that is not in the vocabulary", root ->
                        ((ObjectNode) root.get("model")).put("unk_token", "<none>"), Expected.REFUSED_OR_SAME),
                tree("two words with one id", root -> vocabulary(root).put(word(root), 7), Expected.EITHER),
                tree("an id of -1", root -> vocabulary(root).put(word(root), -1), Expected.REFUSED),
                tree("an id of 2^32", root -> vocabulary(root).put(word(root), 1L << 32), Expected.REFUSED),
                tree("an id of 2^32 - 1", root -> vocabulary(root).put(word(root), (1L << 32) - 1), Expected.EITHER),
                tree("an id of 1.5", root -> vocabulary(root).put(word(root), 1.5), Expected.REFUSED),
                tree("an id that is a text", root -> vocabulary(root).put(word(root), "7"), Expected.REFUSED),
                tree("an empty word", root -> vocabulary(root).put("", 9999), Expected.EITHER),
                tree("a word of a million letters", root -> vocabulary(root).put("a".repeat(1_000_000), 9999),
                        Expected.EITHER),
                tree("two special tokens with one id", root -> added(root, 1).put("id", 0), Expected.EITHER),
                tree("a special token twice", root -> ((ArrayNode) root.get("added_tokens")).add(added(root, 1).deepCopy()),
                        Expected.EITHER),
                tree("a special token with id -1", root -> added(root, 1).put("id", -1), Expected.REFUSED),
                tree("a special token with id 2^31", root -> added(root, 1).put("id", 1L << 31), Expected.EITHER),
                tree("a special token that is the empty text", root -> added(root, 1).put("content", ""), Expected.EITHER),
                tree("a special token that is a space", root -> added(root, 1).put("content", " "), Expected.EITHER),
                tree("truncation to 0 tokens", root -> root.set("truncation", JSON.createObjectNode().put("direction", "Right")
                        .put("max_length", 0).put("strategy", "LongestFirst").put("stride", 0)), Expected.EITHER),
                tree("truncation with a stride longer than the text", root -> root.set("truncation", JSON.createObjectNode()
                        .put("direction", "Right").put("max_length", 4).put("strategy", "LongestFirst").put("stride", 9)),
                        Expected.EITHER),
                tree("padding to a multiple of 0", root -> root.set("padding", JSON.createObjectNode().put("direction", "Right")
                        .put("pad_to_multiple_of", 0).put("pad_id", 0).put("pad_type_id", 0).put("pad_token", "<pad>")
                        .put("strategy", "BatchLongest")), Expected.EITHER),
                tree("padding to 2^40 tokens", root -> root.set("padding", JSON.createObjectNode().put("direction", "Right")
                        .putNull("pad_to_multiple_of").put("pad_id", 0).put("pad_type_id", 0).put("pad_token", "<pad>")
                        .set("strategy", JSON.createObjectNode().put("Fixed", 1L << 40))), Expected.EITHER)));
        return damages;
    }

    private static ObjectNode vocabulary(ObjectNode root) {
        return (ObjectNode) root.get("model").get("vocab");
    }

    /** A word that stands in a text that is read. */
    private static String word(ObjectNode root) {
        return vocabulary(root).has("color") ? "color" : vocabulary(root).fieldNames().next();
    }

    private static ObjectNode added(ObjectNode root, int index) {
        return (ObjectNode) root.get("added_tokens").get(index);
    }

    private static Damage rule(String name, String step, String json) {
        return rule(name, step, json, Expected.EITHER);
    }

    /** Another rule in the place of one step. */
    private static Damage rule(String name, String step, String json, Expected expected) {
        return (file, random) -> {
            ObjectNode root = (ObjectNode) JSON.readTree(file);
            root.put(step, "@here@");
            return new Mutant(name, root.toString().replace("\"@here@\"", json), expected);
        };
    }

    private static Damage tree(String name, Consumer<ObjectNode> change, Expected expected) {
        return (file, random) -> {
            JsonNode root = JSON.readTree(file);
            change.accept((ObjectNode) root);
            return new Mutant(name, root.toString(), expected);
        };
    }
}
