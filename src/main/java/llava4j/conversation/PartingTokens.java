package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The added tokens that part a text before any rule sees it, such as {@code <|im_end|>}: what stands on either side of one is
 * tokenised as a text of its own.
 *
 * <p>They are found from left to right, the longest where several begin at one place. These are the tokens with {@code
 * "normalized": false}; the others are looked for only later, in the parts between. What one would get wrong: a token with
 * {@code lstrip} or {@code rstrip} swallows the spaces beside it, and one with {@code single_word} is none within a word. If
 * there is such a token among them, nothing is parted here.
 */
final class PartingTokens {

    /** For rules under which nothing is parted. */
    static final PartingTokens NONE = new PartingTokens(List.of());

    /** One character of a token, and those that follow it in any token that begins alike. */
    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>();
        private boolean ends;
    }

    private final Node root = new Node();
    private final BitSet firstCharacters = new BitSet();

    private PartingTokens(List<String> tokens) {
        for (String token : tokens) {
            Node node = root;
            for (char character : token.toCharArray()) {
                node = node.next.computeIfAbsent(character, first -> new Node());
            }
            node.ends = true;
            firstCharacters.set(token.charAt(0));
        }
    }

    /** @param added what tokenizer.json has under {@code added_tokens}; no content is empty */
    static PartingTokens of(JsonNode added) {
        List<JsonNode> early = StreamSupport.stream(added.spliterator(), false)
                .filter(token -> !token.path("normalized").asBoolean(true)).toList();
        boolean plain = early.stream().allMatch(token -> Stream.of("lstrip", "rstrip", "single_word")
                .noneMatch(flag -> token.path(flag).asBoolean(true)));
        return plain ? new PartingTokens(early.stream().map(token -> token.path("content").asText()).toList()) : NONE;
    }

    /** Whether a text is one of these tokens. */
    boolean contains(String text) {
        return endAt(text, 0) == text.length();
    }

    /** Where the next token begins, at {@code from} or after it; −1 if there is none. */
    int next(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (firstCharacters.get(text.charAt(i)) && endAt(text, i) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where the longest token ends that begins at a place of a text; −1 if none does. */
    int endAt(String text, int place) {
        int end = -1;
        Node node = root;
        for (int i = place; node != null; i++) {
            end = node.ends ? i : end;
            node = i < text.length() ? node.next.get(text.charAt(i)) : null;
        }
        return end;
    }
}
