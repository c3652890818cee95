package llava4j.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
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

    private final List<String> longestFirst;
    private final BitSet firstCharacters = new BitSet();

    private PartingTokens(List<String> longestFirst) {
        this.longestFirst = longestFirst;
        longestFirst.forEach(token -> firstCharacters.set(token.charAt(0)));
    }

    /** @param added what tokenizer.json has under {@code added_tokens}; no content is empty */
    static PartingTokens of(JsonNode added) {
        List<JsonNode> early = StreamSupport.stream(added.spliterator(), false).filter(PartingTokens::isFoundFirst).toList();
        boolean plain = early.stream().allMatch(token -> Stream.of("lstrip", "rstrip", "single_word")
                .noneMatch(flag -> token.path(flag).asBoolean(true)));
        return new PartingTokens(!plain ? List.of() : early.stream().map(token -> token.path("content").asText())
                .sorted(Comparator.comparing(String::length).reversed()).toList());
    }

    private static boolean isFoundFirst(JsonNode token) {
        return !token.path("normalized").asBoolean(true);
    }

    /** Whether a token is one of these. */
    boolean contains(String token) {
        return longestFirst.contains(token);
    }

    /** Where the token ends that begins at a place of a text; −1 if none does. */
    int endAt(String text, int place) {
        if (firstCharacters.get(text.charAt(place))) {
            for (String token : longestFirst) {
                if (text.startsWith(token, place)) {
                    return place + token.length();
                }
            }
        }
        return -1;
    }
}
