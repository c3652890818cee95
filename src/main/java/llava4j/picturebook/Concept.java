package llava4j.picturebook;

import java.util.List;

/**
 * A thing that the picture book can show, and what is known of it.
 *
 * @param name     as one says it after "a": "slice of pizza"
 * @param plural   of several: "slices of pizza"
 * @param article  "a" or "an"
 * @param image    code points of its emoji, as {@code 1f355}: the picture's file name without its ending
 * @param kind     what it is, as one says it after "a"
 * @param use      what one does with it, after "to"; empty if nothing
 * @param flies    whether it can fly
 * @param alive    whether it lives
 * @param eaten    whether it is there to be eaten
 * @param belongsWith names of concepts that belong with it
 * @param heldOut  whether it occurs in captions and in no instruction
 */
public record Concept(String name, String plural, String article, String image, String kind, String use, boolean flies,
                      boolean alive, boolean eaten, List<String> belongsWith, boolean heldOut) {

    private static final List<String> NUMBERS = List.of("no", "one", "two", "three", "four", "five", "six");

    /** {@return "a dog"} */
    public String one() {
        return article + " " + name;
    }

    /**
     * {@return "a dog", "three dogs"}
     *
     * @param count 1 to 6
     */
    String some(int count) {
        return count == 1 ? one() : counted(count);
    }

    /**
     * {@return "no dogs", "one dog", "three dogs"}
     *
     * @param count 0 to 6
     */
    String counted(int count) {
        return number(count) + " " + (count == 1 ? name : plural);
    }

    /**
     * {@return "the dog", "the dogs"}
     *
     * @param count 1 or more
     */
    String the(int count) {
        return "the " + (count == 1 ? name : plural);
    }

    /**
     * {@return a number in words}
     *
     * @param count 0 to 6
     */
    static String number(int count) {
        return NUMBERS.get(count);
    }
}
