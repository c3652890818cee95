package llava4j.tinyworld;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A scene told in words: captions of a picture, and the tellings from which the text-only decoder learned before it saw
 * any picture.
 */
public final class Telling {

    /** The ways to say where a thing is. */
    private static final int PHRASINGS = 5;
    private static final int PLACE_FIRST = 1;
    private static final int IS_AND_SITS = 2;
    /** As a list: "red ball top-left". */
    public static final int COMPACT = 5;
    private static final List<String> NUMBERS = List.of("zero", "one", "two", "three");

    private Telling() {
    }

    private static String phrase(Thing thing, int phrasing) {
        return switch (phrasing) {
            case 0 -> thing.phrase() + " at " + thing.place();
            case PLACE_FIRST -> "at " + thing.place() + " is " + thing.phrase();
            case IS_AND_SITS -> "the " + thing.kind() + " is " + thing.color() + " and sits at " + thing.place();
            case 3 -> "the " + thing.color() + " " + thing.kind() + " sits at " + thing.place();
            case COMPACT -> thing.color() + " " + thing.kind() + " " + thing.place();
            default -> "the " + thing.kind() + " at " + thing.place() + " is " + thing.color();
        };
    }

    private static String join(List<String> parts, String last) {
        int end = parts.size() - 1;
        return end == 0 ? parts.get(0) : String.join(", ", parts.subList(0, end)) + last + parts.get(end);
    }

    private static String sentence(List<Thing> things, int phrasing) {
        return join(things.stream().map(thing -> phrase(thing, phrasing)).collect(Collectors.toList()),
                phrasing == IS_AND_SITS || phrasing == COMPACT ? ", " : " and ") + ".";
    }

    /**
     * {@return the scene in any phrasing, its things in any order in half of the tellings}
     *
     * @param scene  told in full
     * @param random chooses phrasing and order
     */
    public static String tell(Scene scene, Random random) {
        return tell(scene, random.nextInt(COMPACT + 1), random.nextBoolean(), random);
    }

    /**
     * {@return the scene in one phrasing}
     *
     * @param scene    told in full
     * @param phrasing 0 … {@link #COMPACT}
     * @param shuffle  whether the things come in any order, else in reading order
     * @param random   chooses the order
     */
    public static String tell(Scene scene, int phrasing, boolean shuffle, Random random) {
        List<Thing> things = new ArrayList<>(scene.things());
        if (shuffle) {
            Collections.shuffle(things, random);
        }
        return sentence(things, phrasing);
    }

    /**
     * {@return a caption: things in reading order; one caption in nine leaves the places out}
     *
     * @param scene  what the picture shows
     * @param random chooses the phrasing
     */
    public static String caption(Scene scene, Random random) {
        int phrasing = new int[] {0, 1, 2, 3, 4, 0, 1, 2, PHRASINGS}[random.nextInt(9)];
        return phrasing < PHRASINGS ? sentence(scene.things(), phrasing) : "a picture of "
                + join(scene.things().stream().map(Thing::phrase).collect(Collectors.toList()), " and ") + ".";
    }

    /** What a map says of a place where nothing is. */
    public static final String EMPTY = "empty";

    /**
     * The scene as a map: nine words, one for each place in reading order, such as "empty red-ball empty …".
     *
     * <p>A word of a map says colour and kind at once and its place by where it stands, as a patch of a picture does: the
     * nearest that text comes to a row of image tokens.
     *
     * @param scene told in full
     * @return nine words with spaces between
     */
    public static String map(Scene scene) {
        List<String> words = new ArrayList<>(Collections.nCopies(Scene.PLACES.size(), EMPTY));
        scene.things().forEach(thing -> words.set(thing.cell(), mapWord(thing.color(), thing.kind())));
        return String.join(" ", words);
    }

    /**
     * {@return the word of a map for a thing, "red-ball"}
     *
     * @param color one of {@link Scene#COLORS}
     * @param kind  one of {@link Scene#KINDS}
     */
    public static String mapWord(String color, String kind) {
        return color + "-" + kind;
    }

    /** "there are two things." */
    static String count(Scene scene) {
        int count = scene.things().size();
        return count == 1 ? "there is one thing." : "there are " + NUMBERS.get(count) + " things.";
    }

    /**
     * {@return the detailed description: how many things, then each in reading order}
     *
     * @param scene told in full
     */
    public static String detail(Scene scene) {
        return count(scene) + " " + sentence(scene.things(), PLACE_FIRST);
    }
}
