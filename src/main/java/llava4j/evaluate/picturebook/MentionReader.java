package llava4j.evaluate.picturebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import llava4j.picturebook.ConceptNames;
import llava4j.picturebook.ConceptNames.Meaning;

/**
 * Finds the things that an answer speaks of, how many it says there are, and whether it says that they are not there.
 *
 * <p>The longest name wins: "hot dog" is no dog. What one would get wrong: "no" reaches up to the next "but", "only" or new
 * clause, and over the commas of a list ("no dog, cat or horse"), while "No, a cat" and "No, there is a cat" deny no cat.
 */
final class MentionReader {

    private static final Set<String> DETERMINERS = Set.of("a", "an", "the", "this", "that", "no", "any", "another", "some", "its",
            "single", "many", "several", "few", "of", "see", "both");
    /** Names that are other words too: without a determiner before them they are. */
    private static final Set<String> DOUBTFUL = Set.of("saw", "present", "tie", "pint", "letter", "mail", "paper", "box", "rod",
            "target", "lock", "bath", "home", "cycle", "light", "lights", "locks", "targets", "pen", "bug", "plant", "drink", "tool",
            "needle", "injection", "clip", "coach", "trainer", "tub", "cab", "jet", "hound", "heel", "cup");
    private static final Set<String> NEGATORS = Set.of("not", "never", "without", "neither", "nor", "lacks", "unlike");
    /** With these something new is said, which an earlier "no" does not reach. */
    private static final Set<String> STATEMENTS = Set.of("but", "only", "just", "however", "except", "instead", "there", "see", "is",
            "are", "shows", "has");
    /** Before these "no" is a reply by itself. */
    private static final Set<String> AFTER_REPLY = Set.of("there", "it", "i", "we", "you", "the", "a", "an", "this", "that", "only",
            "just", "other", "more", "doubt", ",", ".", "one");
    private static final int FARTHEST_NUMBER = 4;
    private static final int NEAR = 3;

    private final Words words;

    /**
     * What stands around a name.
     *
     * @param number  as in {@link Mention#number}
     * @param article as in {@link Mention#article}
     * @param denied  as in {@link Mention#denied}
     * @param negated as in {@link Mention#negated}
     * @param aside   as in {@link Mention#aside}
     */
    record Context(int number, boolean article, boolean denied, boolean negated, boolean aside) {
    }

    private MentionReader(Words words) {
        this.words = words;
    }

    /** The mentions in their order. */
    static List<Mention> read(Words words) {
        return new MentionReader(words).all();
    }

    private List<Mention> all() {
        List<Mention> mentions = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            int end = nameEnd(i);
            if (end > i) {
                Meaning meaning = ConceptNames.of(words.phrase(i, end));
                mentions.add(new Mention(i, end, meaning, around(i, end, meaning.counted())));
                i = end - 1;
            }
        }
        return mentions;
    }

    /** The end of the name that begins here, or the same place if none does. */
    private int nameEnd(int start) {
        for (int end = Math.min(words.size(), start + ConceptNames.longest()); end > start; end--) {
            String phrase = words.phrase(start, end);
            if (ConceptNames.of(phrase) != null) {
                boolean determined = start == 0 || DETERMINERS.contains(words.at(start - 1)) || words.number(start - 1) >= 0
                        || DETERMINERS.contains(words.at(start - 2)) && !words.isMark(start - 1);
                boolean colour = phrase.equals("orange") && (nameEnd(end) > end || words.at(start - 1).matches("is|are|and"));
                return DOUBTFUL.contains(phrase) && !determined || colour ? start : end;
            }
        }
        return start;
    }

    private Context around(int start, int end, boolean counted) {
        int number = Mention.UNSAID;
        boolean article = false;
        int from = Math.max(words.clauseStart(start), start - FARTHEST_NUMBER);
        for (int i = start - 1; i >= from && number == Mention.UNSAID && nameEnd(i) == i && !words.at(i).equals("the"); i--) {
            if (words.at(i).matches("a|an|another|single") && !words.at(i + 1).matches("couple|few|lot|pair|bunch|group")) {
                number = 1;
                article = true;
            } else if (words.at(i).equals("couple")) {
                number = 2;
            } else if (words.number(i) >= 0) {
                number = words.at(i - 1).equals("or") ? Mention.EITHER : words.number(i);
            }
        }
        int clause = words.clauseStart(start);
        boolean aside = words.at(words.sentenceEnd(start)).equals("?")
                || words.any(clause, start, "looked", "looking", "search", "searched", "ask", "asked", "asking")
                && words.any(clause, start, "for", "about");
        return new Context(counted ? number : Mention.UNSAID, article, deniedBefore(start) || deniedAfter(end),
                words.any(end, words.clauseEnd(end), "not", "never"), aside);
    }

    /** Looks back for a "no" that reaches as far as this, through a list, but not into a statement of its own. */
    private boolean deniedBefore(int start) {
        boolean article = false;
        for (int i = start - 1; i >= words.sentenceStart(start); i--) {
            String word = words.at(i);
            if (word.equals("of") && words.at(i - 1).equals("instead") || word.equals("than") && words.at(i - 1).equals("rather")) {
                return true;
            }
            if (word.equals("no") || word.equals("zero")) {
                return !AFTER_REPLY.contains(words.at(i + 1));
            }
            if (NEGATORS.contains(word)) {
                return !saysSomethingElse(i);
            }
            article |= word.matches("a|an|the") || words.number(i) > 0;
            boolean newStatement = STATEMENTS.contains(word) && !afterNot(i) || word.equals("and") && article;
            boolean newPart = words.isMark(i) && (!word.equals(",") || article && !words.any(i, start, "or", "nor"));
            if (newStatement || newPart) {
                return false;
            }
        }
        return false;
    }

    /** "I don't see", "I don't think there is": the verb belongs to the "not" before it. */
    private boolean afterNot(int verb) {
        return words.any(verb - 2, verb, NEGATORS.toArray(String[]::new)) || words.at(verb).matches("there|is|are")
                && words.at(verb - 1).matches("think|believe|that|like|if|there") && words.any(verb - 6, verb, "not");
    }

    /** "Not only", "not sure whether it is", "I do not know where the dog is", "not on the left of the dog". */
    private boolean saysSomethingElse(int not) {
        return words.any(not + 1, not + 2, "only", "just") || words.any(not + 1, not + 3, "sure", "certain", "know", "tell")
                || words.any(not + 1, not + 4, "left", "right", "above", "below", "over", "under");
    }

    /** "The dog is not in the picture", "a dog is missing". */
    private boolean deniedAfter(int end) {
        int clause = words.clauseEnd(end);
        int not = words.indexOf(end, clause, "not", "nowhere", "missing", "absent");
        return not >= 0 && not - end <= NEAR && (!words.at(not).equals("not") || words.any(not, clause, "picture", "image", "photo",
                "scene", "here", "there", "visible", "present", "shown", "seen", "found", "appear", "exist", "pictured"))
                && !words.any(not, clause, "left", "right", "top", "bottom", "middle", "center", "centre", "corner");
    }
}
