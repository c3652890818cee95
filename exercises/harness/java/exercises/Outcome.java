package exercises;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What the tests say of one answer.
 *
 * @param state  how far it is
 * @param passed tests passed
 * @param total  tests of the exercise; 0 where they could not run
 * @param says   what the student reads, one line for each test that fails, in the order of the tests; of an answer that
 *               does not compile the complaint, then its source line and a caret
 * @param shows  what the tests have to show of an answer, beside the verdict: the capstone's chat
 */
public record Outcome(State state, int passed, int total, List<String> says, List<String> shows) {

    /** An outcome with nothing to show. */
    Outcome(State state, int passed, int total, List<String> says) {
        this(state, passed, total, says, List.of());
    }

    /** How far an answer is. The grader alone knows of the first three, and of stopped programs. */
    public enum State { MISSING, TWICE, UNREADABLE, NOT_BEGUN, DOES_NOT_COMPILE, STOPPED, UNFINISHED, DONE }

    /** The first thing to mend; empty when there is none. */
    @JsonIgnore
    public String firstMessage() {
        return says.isEmpty() ? "" : says.get(0);
    }
}
