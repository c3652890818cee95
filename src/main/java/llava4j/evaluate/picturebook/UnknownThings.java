package llava4j.evaluate.picturebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Things that an answer tells of and the book does not know: "a person", "a table".
 *
 * <p>Read are nouns after "a", "an" or a number, and not those that only say how or where something is ("with a long tail", "on
 * a white background") or stand for the picture and its parts ("a corner", "two things"), or that measure a known thing ("a wedge of cheese").
 */
final class UnknownThings {

    /** A noun phrase ends before these. */
    private static final Set<String> AFTER_NOUN = Set.of("of", "in", "on", "at", "to", "with", "near", "by", "for", "from", "behind",
            "beside", "under", "over", "above", "below", "next", "is", "are", "was", "has", "have", "that", "which", "who", "can",
            "and", "or", "but", "as", "there", "here", "also", "along", "around", "because", "while", "it", "its", "sits", "stands",
            "used", "called", "if", "up", "down", "together", "i", "you", "like", "probably", "maybe", "too", "than", "into", "inside",
            "other");
    /** After these a thing is not told of, it only says something about another. */
    private static final Set<String> ATTRIBUTE = Set.of("with", "on", "in", "at", "against", "of", "from", "for", "by", "to", "into",
            "under", "behind", "around", "as", "has", "have", "having", "wearing", "not", "than", "like", "be", "use");
    private static final Set<String> NO_THING = Set.of("picture", "image", "photo", "photograph", "drawing", "illustration", "scene",
            "view", "cartoon", "painting", "emoji", "icon", "background", "corner", "side", "top", "bottom", "middle", "center",
            "centre", "left", "right", "part", "thing", "things", "item", "items", "object", "objects", "lot", "bit", "kind", "type",
            "sort", "group", "set", "pair", "row", "couple", "variety", "collection", "few", "number", "total", "way", "place",
            "position", "one", "ones", "piece", "slice", "bunch", "bowl", "plate", "cup", "glass", "bag", "box", "jar", "stack", "pile",
            "symbol", "figure", "version", "example", "close", "all", "different", "kinds", "types", "pieces", "day", "time", "color",
            "colour", "colors", "colours", "little", "times", "look", "moment", "good", "nice", "what", "depiction", "representation");

    private UnknownThings() {
    }

    static List<String> in(Reading reading) {
        List<String> found = new ArrayList<>();
        Words words = reading.words;
        for (int i = 0; i < words.size(); i++) {
            boolean begins = words.at(i).matches("a|an|another") || words.number(i) > 1;
            if (begins && !ATTRIBUTE.contains(words.at(i - 1)) && !words.at(i - 1).matches("a|an|the")) {
                int end = i + 1;
                while (end < words.size() && !words.isMark(end) && !AFTER_NOUN.contains(words.at(end))
                        && !words.at(end).endsWith("ing")) {
                    end++;
                }
                if (end > i + 1 && !NO_THING.contains(words.at(end - 1)) && !speaksOf(reading, i, end)
                        && !(words.at(end).equals("of") && speaksOf(reading, end, end + 3))) {
                    found.add(words.phrase(i, end));
                }
            }
        }
        return found;
    }

    private static boolean speaksOf(Reading reading, int start, int end) {
        return reading.mentions.stream().anyMatch(mention -> mention.start < end && mention.end > start);
    }
}
