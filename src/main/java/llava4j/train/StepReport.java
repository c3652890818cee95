package llava4j.train;

/**
 * What there is to tell of a step that has been done.
 *
 * @param step    steps done, this one among them
 * @param steps   of the whole run
 * @param loss    mean over the scored tokens of its batch
 * @param tokens  scored and other tokens of its batch, padding not counted
 * @param rate    the learning rate
 * @param norm    length of the whole gradient before it was clipped
 * @param seconds that gradient and update took
 */
public record StepReport(int step, int steps, double loss, int tokens, double rate, double norm, double seconds) {
}
