package llava4j.evaluate.picturebook;

import java.util.EnumSet;
import java.util.Set;
import llava4j.picturebook.Concept;
import llava4j.picturebook.ConceptNames.Meaning;

/**
 * A thing that an answer speaks of, and what it says of it.
 */
final class Mention {

    /** No number is said: "the dogs", "some dogs". */
    static final int UNSAID = -1;
    /** Several numbers are said: "two or three dogs". */
    static final int EITHER = -2;

    final int start;
    final int end;
    final Meaning meaning;
    /** How many: a number, or {@link #UNSAID} or {@link #EITHER}. */
    final int number;
    /** Whether the number is a mere "a": of two such mentions the numbers add up. */
    final boolean article;
    /** Whether the answer says that it is not there. */
    final boolean denied;
    /** Whether the answer says something about it with "not": "the dog cannot". */
    final boolean negated;
    /** Whether it is only spoken of: "I looked for a dog". */
    final boolean aside;
    /** Where the answer says it is; empty if it does not. */
    final Set<Direction> place = EnumSet.noneOf(Direction.class);
    /** Whether it only says where another is: the cat, in "to the left of the cat". */
    boolean landmark;

    Mention(int start, int end, Meaning meaning, MentionReader.Context said) {
        this.start = start;
        this.end = end;
        this.meaning = meaning;
        this.number = said.number();
        this.article = said.article();
        this.denied = said.denied();
        this.negated = said.negated();
        this.aside = said.aside();
    }

    /** Whether it is told as something in the picture. */
    boolean told() {
        return !denied && !aside;
    }

    boolean covers(Concept concept) {
        return meaning.covers(concept);
    }
}
