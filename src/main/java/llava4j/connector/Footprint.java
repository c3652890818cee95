package llava4j.connector;

/**
 * How many numbers a connector holds in memory beside its parameters, so that it can be reckoned before anything is built.
 *
 * <p>In training it holds those results whose numbers a backward operation reads; of its matrices the inputs too, since a connector
 * learns in both stages. What one would get wrong: what it keeps of a picture does not grow with the words, but layers that it has
 * in the decoder keep something of every token.
 *
 * @param ofPicture kept of one picture until the gradient comes back, and what is then on its way through the layer at work
 * @param ofToken   kept of one token by one layer in the decoder
 * @param layers    how many of these there are
 * @param cached    of one picture, while decoding
 */
public record Footprint(long ofPicture, long ofToken, int layers, long cached) {

    /** Of one matrix: its input is there already, and the sum needs no numbers of its result. */
    static final Footprint NONE = ofPicture(0);

    /** Of a connector that adds nothing to the decoder. */
    static Footprint ofPicture(long numbers) {
        return new Footprint(numbers, 0, 0, 0);
    }
}
