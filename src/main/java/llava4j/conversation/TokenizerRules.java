package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
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

    /** No step of a vocabulary puts more than a word into a text. */
    private static final int LONGEST_TEXT = 100;
    private static final int LONGEST_PATTERN = 5000;

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
                rules.checkValues(step, root.get(step), LONGEST_TEXT);
                rules.checkGrowth(step, root.get(step));
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
        if (type.equals("Replace")) {
            checkReplace(step, node.path("pattern"));
        }
        if (step.equals("decoder") && type.equals("Strip") && node.path("stop").asLong() != 0) {
            throw error(step, "Strip at the end of a token is not supported");
        }
    }

    /**
     * All numbers of these steps count or name something; what they put into a text is short; and a regular expression
     * must come to an end.
     */
    private void checkValues(String step, JsonNode node, int longest) {
        if (node.isNumber() && !(node.isIntegralNumber() && node.canConvertToLong())) {
            throw error(step, shortened(node) + " should be a whole number");
        }
        if (node.isTextual() && node.asText().length() > longest) {
            throw error(step, shortened(node) + " has " + node.asText().length() + " characters, more than the " + longest
                    + " that such a text may have");
        }
        if (node.path("Regex").isTextual() && RegexRisk.exponential(node.get("Regex").asText())) {
            throw error(step, "the regular expression " + shortened(node.get("Regex")) + " repeats a group that holds a "
                    + "repetition or a choice: it can take for ever");
        }
        boolean pattern = node.has("Regex") || node.has("String");
        node.forEach(member -> checkValues(step, member, pattern ? LONGEST_PATTERN : LONGEST_TEXT));
    }

    /** Twenty steps that each make eight characters of one make more of a word than any memory holds. */
    private void checkGrowth(String step, JsonNode node) {
        double most = 1;
        for (JsonNode content : node.findValues("content")) {
            most *= Math.max(1, content.asText().length());
        }
        if (most > LONGEST_TEXT) {
            throw error(step, "its steps put up to " + String.format(Locale.ROOT, "%.0f", most)
                    + " characters in the place of one, more than the " + LONGEST_TEXT + " that are allowed");
        }
    }

    /** What is found in an empty text is found everywhere, without end. */
    private void checkReplace(String step, JsonNode pattern) {
        if (pattern.path("String").asText("-").isEmpty() || RegexRisk.matchesNothing(pattern.path("Regex").asText("-"))) {
            throw error(step, "Replace " + shortened(pattern) + " would replace the empty text");
        }
    }

    /** A template is made of the text itself, A or B, and of special tokens, each of which it must define. */
    private void checkTemplate(String step, JsonNode template) {
        for (JsonNode special : template.path("special_tokens")) {
            if (special.path("ids").size() != special.path("tokens").size()) {
                throw error(step, shortened(special) + " needs as many ids as tokens");
            }
        }
        for (String form : new String[] {"single", "pair"}) {
            for (JsonNode piece : template.path(form)) {
                JsonNode id = piece.path("SpecialToken").path("id");
                boolean text = piece.path("Sequence").path("id").asText().matches("[AB]");
                if (piece.size() != 1 || !text && !id.isTextual()) {
                    throw error(step, shortened(piece) + " is neither a text, A or B, nor a special token");
                }
                if (!text && !template.path("special_tokens").has(id.asText())) {
                    throw error(step, shortened(id) + " is used but not among its special_tokens");
                }
                if (!(text ? piece.path("Sequence") : piece.path("SpecialToken")).path("type_id").isInt()) {
                    throw error(step, shortened(piece) + " needs a type_id");
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
