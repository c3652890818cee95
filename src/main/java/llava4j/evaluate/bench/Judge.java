package llava4j.evaluate.bench;

/**
 * Compares two answers to a question about a picture that it knows from words alone.
 *
 * <p>Its review begins with a line of two numbers, 1 to 10: the reference's rating, then the candidate's. What follows is
 * for people. {@link Ratings} reads the line, whoever the judge is.
 */
public interface Judge {

    /**
     * {@return the review in words: ratings in the first line, reasons below}
     *
     * @param question  with the reference answer and, in words, the picture
     * @param candidate the model's answer
     */
    String review(BenchQuestion question, String candidate);
}
