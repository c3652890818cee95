package llava4j.evaluate.picturebook;

import java.util.List;
import llava4j.picturebook.Concept;
import llava4j.picturebook.Contents;

/**
 * Judges how many an answer says there are, in words or digits, by "none" or by naming them one by one.
 *
 * <p>The number that counts is the one said of the things asked about ("one cat and two dogs"), else the first that is said of
 * nothing else. "Two or three" is no number.
 */
final class CountJudge {

    private static final int NO_NUMBER = -3;

    private CountJudge() {
    }

    static Verdict judge(Reading asked, Contents contents, Reading said) {
        Concept concept = asked.mentions.isEmpty() ? null : BookJudge.exactly(asked.mentions.get(0));
        int right = concept == null ? contents.count() : contents.groups().stream().filter(group -> group.concept() == concept)
                .mapToInt(Contents.Group::count).sum();
        int number = concept == null ? ofAll(said) : of(concept, said);
        return Verdict.of(number == right, number < 0 ? "says no number" : "says " + Words.NUMBERS.get(number) + " for "
                + Words.NUMBERS.get(right));
    }

    private static int of(Concept concept, Reading said) {
        List<Mention> named = said.of(concept);
        if (named.stream().anyMatch(mention -> mention.denied)) {
            return 0;
        }
        List<Integer> numbers = named.stream().filter(mention -> !mention.article && mention.number != Mention.UNSAID)
                .map(mention -> mention.number).distinct().toList();
        if (!numbers.isEmpty()) {
            return numbers.size() == 1 ? numbers.get(0) : NO_NUMBER;
        }
        int free = free(said);
        if (free != NO_NUMBER) {
            return free;
        }
        int articles = named.stream().filter(mention -> mention.article).mapToInt(mention -> 1).sum();
        return articles > 0 ? articles : none(said) ? 0 : NO_NUMBER;
    }

    private static int ofAll(Reading said) {
        int free = free(said);
        if (free != NO_NUMBER) {
            return free;
        }
        int sum = said.told().stream().mapToInt(mention -> Math.max(0, mention.number)).sum();
        return sum > 0 ? sum : none(said) ? 0 : NO_NUMBER;
    }

    /** The first number that is not said of things of the book, but of "things" or "animals", or stands alone. */
    private static int free(Reading said) {
        Words words = said.words;
        for (int i = 0; i < words.size(); i++) {
            int place = i;
            boolean taken = said.mentions.stream().anyMatch(mention -> mention.end > place && mention.start - place <= 3
                    && mention.start >= place && !mention.meaning.exactly().isEmpty() && words.clauseEnd(place) >= mention.start);
            boolean pronoun = words.number(i) == 1 && words.at(i + 1).matches("at|on|in|is|of|to");
            if (words.number(i) >= 0 && !taken && !pronoun) {
                return words.at(i + 1).equals("or") && words.number(i + 2) >= 0 ? Mention.EITHER : words.number(i);
            }
        }
        return NO_NUMBER;
    }

    private static boolean none(Reading said) {
        return said.words.any(0, said.words.size(), "none", "nothing", "no", "not");
    }
}
