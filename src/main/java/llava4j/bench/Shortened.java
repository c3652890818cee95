package llava4j.bench;

/**
 * The whole recipe and the part of it that is run.
 *
 * @param steps1    steps of stage 1 in the whole recipe
 * @param steps2    steps of stage 2
 * @param measured1 steps of stage 1 that are run
 * @param measured2 steps of stage 2 that are run
 * @param pictures  different pictures in the data
 */
record Shortened(int steps1, int steps2, int measured1, int measured2, int pictures) {

    static Shortened of(BenchSize size, int measured) {
        return new Shortened(size.recipe().steps1(), size.recipe().steps2(), measured, measured, size.recipe().pictures());
    }
}
