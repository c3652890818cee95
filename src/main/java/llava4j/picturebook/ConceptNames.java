package llava4j.picturebook;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What else the things of the picture book, their kinds and their uses are called, from the tables {@code names.txt},
 * {@code kinds.txt} and {@code uses.txt} beside {@code concepts.txt}.
 *
 * <p>A name tells a thing from all others of the book ("puppy"), or it is broader ("bird"): true of several and therefore no answer
 * to the question what this is. Of names like "piece of cheese" the part after "of" is a name too.
 */
public final class ConceptNames {

    private static final Map<String, Meaning> MEANINGS = new HashMap<>();
    private static final Map<String, List<String>> KINDS = new HashMap<>();
    private static final Map<String, List<String>> USES = new HashMap<>();
    private static final Map<String, String> IRREGULAR = Map.of("knife", "knives", "snow man", "snow men", "cattle", "cattle",
            "fish", "fish", "snow", "snow");
    private static int longest;

    static {
        for (Concept concept : Concepts.ALL) {
            add(concept.name(), concept, true, true);
            add(concept.plural(), concept, true, true);
            part(concept);
            both(concept.kind(), concept, false);
            both(last(concept.kind()), concept, false);
        }
        for (String[] row : Concepts.rows("names.txt")) {
            Concept concept = Concepts.named(row[0]);
            cells(row[1]).forEach(name -> both(name, concept, true));
            cells(row[2]).forEach(name -> both(name, concept, false));
        }
        for (String[] row : Concepts.rows("kinds.txt")) {
            KINDS.put(row[0], cells(row[1]));
        }
        for (String[] row : Concepts.rows("uses.txt")) {
            USES.put(row[0], cells(row[1]));
        }
    }

    private ConceptNames() {
    }

    /**
     * What a word or several can mean.
     *
     * @param exactly the things that are called so
     * @param broadly other things that it is true of
     * @param counted whether a number before it counts these things: two socks are one pair
     */
    public record Meaning(Set<Concept> exactly, Set<Concept> broadly, boolean counted) {

        /**
         * {@return whether it can mean a thing, exactly or broadly}
         *
         * @param concept the thing
         */
        public boolean covers(Concept concept) {
            return exactly.contains(concept) || broadly.contains(concept);
        }
    }

    /**
     * {@return what a phrase means, or {@code null} if it names no thing of the book}
     *
     * @param phrase in small letters, single or plural, with spaces for hyphens and without apostrophes
     */
    public static Meaning of(String phrase) {
        return MEANINGS.get(phrase);
    }

    /** {@return the number of words of the longest name} */
    public static int longest() {
        return longest;
    }

    /**
     * {@return other words for a kind}
     *
     * @param kind as the table of concepts has it
     */
    public static List<String> ofKind(String kind) {
        return KINDS.get(kind);
    }

    /**
     * {@return beginnings of words that show that a use is known}
     *
     * @param use as the table of concepts has it
     */
    public static List<String> ofUse(String use) {
        return USES.get(use);
    }

    /** "Cheese" of "piece of cheese"; of "pair of socks" it is the socks that "two socks" counts. */
    private static void part(Concept concept) {
        int of = concept.name().indexOf(" of ");
        if (of > 0) {
            String part = concept.name().substring(of + 4);
            add(part, concept, true, !part.endsWith("s"));
            if (!part.endsWith("s")) {
                add(plural(part), concept, true, true);
            }
        }
    }

    private static String last(String kind) {
        return kind.contains(" of ") ? kind.substring(kind.indexOf(" of ") + 4) : kind;
    }

    private static void both(String name, Concept concept, boolean exactly) {
        boolean counted = !concept.name().startsWith("pair of ") || name.contains(" of ");
        add(name, concept, exactly, counted);
        add(plural(name), concept, exactly, counted);
    }

    private static void add(String name, Concept concept, boolean exactly, boolean counted) {
        String phrase = name.toLowerCase(Locale.ROOT).replace('-', ' ').replace("'", "");
        longest = Math.max(longest, phrase.split(" ").length);
        Meaning meaning = MEANINGS.computeIfAbsent(phrase, any -> new Meaning(new LinkedHashSet<>(), new LinkedHashSet<>(), counted));
        (exactly ? meaning.exactly : meaning.broadly).add(concept);
    }

    private static String plural(String name) {
        int end = name.contains(" of ") ? name.indexOf(" of ") : name.contains(" in ") ? name.indexOf(" in ") : name.length();
        String head = name.substring(0, end);
        String plural = IRREGULAR.getOrDefault(head, head.matches(".*[^aeiou]y") ? head.substring(0, head.length() - 1) + "ies"
                : head.endsWith("knife") ? head.substring(0, head.length() - 2) + "ves"
                : head.matches(".*(s|x|ch|sh)") ? head.endsWith("s") && !head.endsWith("ss") && !head.endsWith("us") ? head : head + "es"
                : head + "s");
        return plural + name.substring(end);
    }

    private static List<String> cells(String cell) {
        return cell.isEmpty() ? List.of() : Arrays.asList(cell.split(", "));
    }
}
