package llava4j.teacher;

/** Why a reply is left out of the data. */
public enum Fault {

    EMPTY("empty"),
    CUT_OFF("cut off"),
    FORM("does not parse"),
    TURNS("wrong number of turns"),
    SOURCE("mentions captions or boxes"),
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
