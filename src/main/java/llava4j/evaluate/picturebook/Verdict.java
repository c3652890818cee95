package llava4j.evaluate.picturebook;

/**
 * What a judge says of an answer.
 *
 * @param share  1 for right, 0 for wrong; of a description the share of the things told rightly
 * @param reason in a few words
 */
public record Verdict(double share, String reason) {

    static Verdict right(String reason) {
        return new Verdict(1, reason);
    }

    static Verdict wrong(String reason) {
        return new Verdict(0, reason);
    }

    static Verdict of(boolean right, String reason) {
        return new Verdict(right ? 1 : 0, reason);
    }

    /** {@return whether nothing is wrong or missing} */
    public boolean right() {
        return share == 1;
    }
}
