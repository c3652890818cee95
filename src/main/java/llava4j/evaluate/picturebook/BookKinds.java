package llava4j.evaluate.picturebook;

import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds of questions of the picture book's exam, by which its scores are told. */
public final class BookKinds {

    /** What each is called in a table, in the order in which they are told. */
    public static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("naming_one", "naming, one thing");
        NAMES.put("naming_same", "naming, several of one kind");
        NAMES.put("naming_two", "naming, two things");
        NAMES.put("naming_three", "naming, three things");
        NAMES.put("naming_four", "naming, four things");
        NAMES.put("at", "what is at a place");
        NAMES.put("place", "place");
        NAMES.put("relation", "side of another");
        NAMES.put("count", "counting");
        NAMES.put("presence_yes", "presence, there");
        NAMES.put("presence_no", "presence, not there");
        NAMES.put("refusal", "taken for granted");
        NAMES.put("description", "description");
        NAMES.put("use", "what for");
        NAMES.put("helps", "which helps");
        NAMES.put("kind", "what kind");
        NAMES.put("flies", "which can fly");
        NAMES.put("alive", "which are alive");
        NAMES.put("eaten", "which are eaten");
        NAMES.put("belongs", "what belongs with it");
    }

    private BookKinds() {
    }
}
