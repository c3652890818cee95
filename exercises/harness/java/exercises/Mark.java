package exercises;

/**
 * What one student has reached in one exercise.
 *
 * @param outcome the verdict
 * @param tests   tests of the exercise, whether they could run or not: the points to be had
 * @param sameAs  who else handed in this text; empty where nobody did
 */
record Mark(Exercise exercise, Outcome outcome, int tests, String sameAs) {

    /** Points: the tests passed. An answer that forges its verdict gets no more than there are. */
    int passed() {
        return Math.min(outcome.passed(), tests);
    }

    /** "03 attention". */
    String title() {
        return exercise.number() + " " + exercise.title();
    }

    boolean done() {
        return outcome.state() == Outcome.State.DONE;
    }
}
