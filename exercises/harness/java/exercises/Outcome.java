package exercises;

import java.util.List;

/**
 * What the tests say of one answer.
 *
 * @param state  how far it is
 * @param passed tests passed
 * @param total  tests of the exercise; 0 where they could not run
 * @param says   what the student reads, one line for each test that fails, in the order of the tests
 */
public record Outcome(State state, int passed, int total, List<String> says) {

    /** How far an answer is. */
    public enum State { NOT_BEGUN, DOES_NOT_COMPILE, UNFINISHED, STOPPED, DONE }

    /** The first thing to mend; empty when there is none. */
    public String firstMessage() {
        return says.isEmpty() ? "" : says.get(0);
    }
}
