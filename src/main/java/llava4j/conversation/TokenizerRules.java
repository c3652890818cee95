package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import llava4j.error.UserError;

/**
 * Looks through a {@code tokenizer.json} before the native library does, which does not survive all that a file may hold:
 * some faults end the whole process there, without an exception.
 *
 * <p>The steps are text → normalizer → pre_tokenizer → model → post_processor → ids, and decoder on the way back. Known
 * here are the kinds that LLaMA's, CLIP's and related vocabularies are made of; any other is refused by name.
 */
final class TokenizerRules {

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "normalizer", Set.of("Sequence", "Prepend", "Replace", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Strip",
                    "StripAccents", "BertNormalizer"),
            "pre_tokenizer", Set.of("Sequence", "Split", "ByteLevel", "Metaspace", "Whitespace", "WhitespaceSplit",
                    "Digits", "Punctuation", "BertPreTokenizer"),
            "post_processor", Set.of("Sequence", "TemplateProcessing", "ByteLevel", "RobertaProcessing", "BertProcessing"),
            "decoder", Set.of("Sequence", "Replace", "ByteFallback", "Fuse", "Strip", "ByteLevel", "Metaspace", "WordPiece",
                    "BPEDecoder"));

    private final Path file;

    private TokenizerRules(Path file) {
        this.file = file;
    }

    /** @throws UserError naming the file and the step that is not known or contradicts itself */
    static void check(Path file, JsonNode root) {
        TokenizerRules rules = new TokenizerRules(file);
        KNOWN.keySet().forEach(step -> {
            if (root.hasNonNull(step)) {
                rules.checkStep(step, root.get(step));
                rules.checkNumbers(step, root.get(step));
            }
        });
        if (isBytePair(root.path("model")) && !root.path("model").path("continuing_subword_prefix").asText("").isEmpty()) {
            throw rules.error("model", "continuing_subword_prefix is not supported");
        }
    }

    /** Whether words are joined from pieces by a list of merges; the first files did not name the kind. */
    static boolean isBytePair(JsonNode model) {
        return model.path("type").asText(model.has("merges") ? "BPE" : "").equals("BPE");
    }

    private void checkStep(String step, JsonNode node) {
        String type = node.path("type").asText();
        if (!KNOWN.get(step).contains(type)) {
            throw error(step, "the kind " + shortened(node.path("type")) + " is not supported");
        }
        if (type.equals("Sequence")) {
            node.forEach(members -> members.forEach(member -> checkStep(step, member)));
        }
        if (type.equals("TemplateProcessing")) {
            checkTemplate(step, node);
        }
        if (step.equals("decoder") && type.equals("Strip") && node.path("stop").asLong() != 0) {
            throw error(step, "Strip at the end of a token is not supported");
        }
    }

    /** All numbers of these steps count or name something. */
    private void checkNumbers(String step, JsonNode node) {
        if (node.isNumber() && !(node.isIntegralNumber() && node.canConvertToLong())) {
            throw error(step, shortened(node) + " should be a whole number");
        }
        node.forEach(member -> checkNumbers(step, member));
    }

    /** Every special token that a template puts in must be one that it defines. */
    private void checkTemplate(String step, JsonNode template) {
        for (String form : new String[] {"single", "pair"}) {
            for (JsonNode piece : template.path(form)) {
                JsonNode id = piece.path("SpecialToken").path("id");
                if (!id.isMissingNode() && !template.path("special_tokens").has(id.asText())) {
                    throw error(step, shortened(id) + " is used but not among its special_tokens");
                }
            }
        }
    }

    private UserError error(String step, String problem) {
        return UserError.of("%s: not a usable tokenizer: %s: %s", file, step, problem);
    }

    /** As JSON writes it, so that line breaks are escaped. */
    private static String shortened(JsonNode node) {
        String text = node.isMissingNode() ? "(none)" : node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
