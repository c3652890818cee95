package llava4j.evaluate.picturebook;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import llava4j.picturebook.Concept;

/**
 * What an answer in free English says: the things it speaks of, where it says they are, how they lie to each other, yes or no.
 *
 * <p>A place belongs to the thing before it in its clause ("a dog at the top"), else to the one after it ("at the top is a dog"),
 * else to the one spoken of last ("It is at the top").
 */
final class Reading {

    private static final Set<String> WHOLE = Set.of("picture", "image", "photo", "photograph", "scene", "frame", "page", "painting",
            "drawing", "illustration", "screen");
    private static final Set<String> SIDES = Set.of("above", "over", "below", "under", "underneath", "beneath");
    /** "I do", "it doesn't", "there is one". */
    private static final Pattern SHORT_REPLY = Pattern.compile("(i|it|there|they) (sure |certainly )?(do|does|is|are|can|could)( not)?"
            + "( think| believe)?( so)?( see| find| show)?( one| any| it)?( here| in (this|the) (picture|image))?");
    private static final int NEAR = 3;

    final Words words;
    final List<Mention> mentions;
    /** Places said of "it" before any thing was named. */
    final Set<Direction> ofIt = EnumSet.noneOf(Direction.class);
    final List<Relation> relations = new ArrayList<>();

    /**
     * That one thing lies in a direction of another.
     *
     * @param subject the one; {@code null} for "it"
     * @param side    from the other
     * @param object  the other; {@code null} for "it"
     */
    record Relation(Mention subject, Direction side, Mention object) {
    }

    Reading(String text) {
        words = Words.of(text);
        mentions = MentionReader.read(words);
        for (int i = 0; i < words.size(); i++) {
            Direction side = side(i);
            if (side != null && relation(i, side)) {
                continue;
            }
            if (Direction.of(words.at(i)) != null && isPlace(i)) {
                (owner(i) == null ? ofIt : owner(i).place).add(Direction.of(words.at(i)));
            }
        }
    }

    /** Things told as being in the picture. */
    List<Mention> told() {
        return mentions.stream().filter(Mention::told).toList();
    }

    /** Where a thing is spoken of, by its name or by a broader one that is not another thing's name: a car is no taxi. */
    List<Mention> of(Concept concept) {
        return mentions.stream().filter(mention -> mention.meaning.exactly().contains(concept)
                || mention.meaning.exactly().isEmpty() && mention.covers(concept)).toList();
    }

    /** Whether a thing is told of by its name as being there; "a bird" may be another one. */
    boolean tells(Concept concept) {
        return told().stream().anyMatch(mention -> mention.meaning.exactly().contains(concept));
    }

    boolean denies(Concept concept) {
        return of(concept).stream().anyMatch(mention -> mention.denied);
    }

    /** Yes or no, where one of the two is said as a reply: at the beginning of a sentence or at its end. */
    Optional<Boolean> reply() {
        for (int i = 0; i < words.size(); i++) {
            boolean begins = i == 0 || words.endsClause(i - 1);
            boolean ends = i + 1 == words.size() || words.isMark(i + 1);
            if (words.at(i).matches("yes|yeah|yep|yup|sure|indeed|certainly|absolutely|definitely|correct|true") && (begins || ends)) {
                return Optional.of(true);
            }
            if (words.at(i).matches("no|nope|nah|incorrect|false|none|neither|nothing") && (begins || ends)) {
                return Optional.of(false);
            }
        }
        String clause = words.phrase(0, words.clauseEnd(0));
        return SHORT_REPLY.matcher(clause).matches() ? Optional.of(!clause.contains(" not")) : Optional.empty();
    }

    /** The side that begins here: "left of", "above". */
    private Direction side(int i) {
        return switch (words.at(i)) {
            case "left" -> Direction.LEFT;
            case "right" -> Direction.RIGHT;
            case "above", "over", "higher" -> Direction.TOP;
            case "below", "under", "underneath", "beneath", "lower" -> Direction.BOTTOM;
            case "top" -> words.at(i - 1).equals("on") && words.at(i + 1).equals("of") ? Direction.TOP : null;
            default -> null;
        };
    }

    /** Reads "to the left of the cat" and the like, if that is what stands there. */
    private boolean relation(int i, Direction side) {
        int next = i + 1;
        if (!SIDES.contains(words.at(i))) {
            while (words.at(next).matches("hand|side")) {
                next++;
            }
            if (!words.at(next).matches("of|than|from")) {
                return false;
            }
            next++;
        }
        int from = next;
        Mention object = mentions.stream().filter(mention -> mention.start >= from && mention.start - from < NEAR).findFirst()
                .filter(mention -> words.indexOf(from, mention.start, WHOLE.toArray(String[]::new)) < 0).orElse(null);
        boolean it = words.at(next).matches("it|them");
        if (object == null && !it) {
            return false;
        }
        if (object != null) {
            object.landmark = true;
        }
        relations.add(new Relation(subject(i, object == null ? next : object.end), side, object));
        return true;
    }

    /** The thing before, in the same clause, or after where the relation begins the clause. */
    private Mention subject(int relation, int end) {
        Mention before = last(mention -> mention.end <= relation && mention.start >= words.clauseStart(relation));
        return before != null ? before : words.any(words.clauseStart(relation), relation, "it", "they") ? null
                : first(mention -> mention.start >= end && mention.start < words.clauseEnd(end));
    }

    /** Whether "left" and "right" are places: not in "looking left", "right in the middle", "not on the left". */
    private boolean isPlace(int i) {
        boolean inName = mentions.stream().anyMatch(mention -> mention.start <= i && i < mention.end);
        boolean very = words.at(i).equals("right") && words.at(i + 1).matches("in|at|on|next|there|here|beside|above|below|under|over")
                && !words.at(i - 1).matches("the|top|bottom|upper|lower|far|middle|center|centre");
        int clause = words.clauseStart(i);
        int from = mentions.stream().filter(mention -> mention.end <= i && mention.start >= clause).mapToInt(mention -> mention.end)
                .max().orElse(clause);
        return !inName && !very && !words.any(from, i, "not", "looking", "facing", "looks", "faces", "turned", "pointing");
    }

    private Mention owner(int i) {
        int start = words.clauseStart(i);
        int end = words.clauseEnd(i);
        Mention before = last(mention -> mention.end <= i && mention.start >= start && !mention.landmark);
        Mention after = first(mention -> mention.start > i && mention.end <= end && !mention.landmark);
        if (before != null || after != null) {
            return before != null ? before : after;
        }
        return last(mention -> mention.end <= i && !mention.landmark);
    }

    private Mention last(Predicate<Mention> which) {
        return mentions.stream().filter(which).reduce((a, b) -> b).orElse(null);
    }

    private Mention first(Predicate<Mention> which) {
        return mentions.stream().filter(which).findFirst().orElse(null);
    }
}
