package llava4j.bench;

/** One of the implementations that are compared. */
interface Side extends AutoCloseable {

    /**
     * What a side answers.
     *
     * @param seconds    of each repetition
     * @param losses     of each training step, else empty
     * @param tokens     that were decoded, else empty
     * @param residentMb memory of the process afterwards
     * @param peakMb     the most memory that the process has had so far
     */
    record Sample(double[] seconds, double[] losses, int[] tokens, double residentMb, double peakMb) {
    }

    /** Does a task some times. */
    Sample run(Task task, int repeats);

    @Override
    default void close() {
    }
}
