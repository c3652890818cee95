package llava4j.teacher;

/** Why a reply is left out of the data. */
public enum Fault {

    /** Nothing but spaces came. */
    EMPTY("empty"),
    /** The reply was broken off at its largest length. */
    CUT_OFF("cut off"),
    /** Questions and answers cannot be told apart, or {@code <image>} stands among them. */
    FORM("does not parse"),
    /** It has more or fewer turns than a sample of its kind. */
    TURNS("wrong number of turns"),
    /** It speaks of captions, boxes or coordinates, which a model that sees a picture knows nothing of. */
    SOURCE("mentions captions or boxes"),
    /** It states a number, a place or a side that the boxes do not have. */
    BOXES("contradicts the boxes");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
