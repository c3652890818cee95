package llava4j.evaluate.picturebook;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A word of place. Those said of one thing together mean one of the picture's nine cells.
 */
enum Direction {
    LEFT, RIGHT, TOP, BOTTOM, MIDDLE;

    private static final Map<String, Direction> WORDS = Map.ofEntries(Map.entry("left", LEFT), Map.entry("leftmost", LEFT),
            Map.entry("right", RIGHT), Map.entry("rightmost", RIGHT), Map.entry("top", TOP), Map.entry("upper", TOP),
            Map.entry("uppermost", TOP), Map.entry("bottom", BOTTOM), Map.entry("lower", BOTTOM), Map.entry("lowermost", BOTTOM),
            Map.entry("middle", MIDDLE), Map.entry("center", MIDDLE), Map.entry("centre", MIDDLE), Map.entry("central", MIDDLE),
            Map.entry("centered", MIDDLE), Map.entry("centred", MIDDLE));

    /** The direction that a word says, or {@code null}. */
    static Direction of(String word) {
        return WORDS.get(word);
    }

    /**
     * {@return the cell that some words mean, 0 to 8 row by row, or -1 where they contradict each other}
     *
     * <p>"Left" alone is the middle of the left side, as in the book; "in the middle of the left side" is the same.
     *
     * @param words one or more
     */
    static int cell(Set<Direction> words) {
        if (words.isEmpty() || words.contains(LEFT) && words.contains(RIGHT) || words.contains(TOP) && words.contains(BOTTOM)) {
            return -1;
        }
        int column = words.contains(LEFT) ? 0 : words.contains(RIGHT) ? 2 : 1;
        int row = words.contains(TOP) ? 0 : words.contains(BOTTOM) ? 2 : 1;
        return 3 * row + column;
    }

    /** As one would say them. */
    static String text(Set<Direction> words) {
        return words.stream().map(word -> word.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(" "));
    }
}
