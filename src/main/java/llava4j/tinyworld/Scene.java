package llava4j.tinyworld;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a picture of the tiny world shows: one to three things of different kinds on a three by three grid.
 *
 * <p>The world is small enough that two processor cores learn it in minutes, and closed, so that every statement about a
 * picture is true or false. A thing fills one cell and a cell is one patch of the encoder: an image token is about one
 * thing or about none.
 *
 * @param things in reading order
 */
public record Scene(List<Thing> things) {

    /** What a thing can be. */
    public static final List<String> KINDS = List.of("car", "tree", "house", "cat", "ball", "boat", "star", "person");
    /** What colour a thing can have. */
    public static final List<String> COLORS = List.of("red", "green", "blue", "yellow", "purple", "orange");
    /** One word each, so that a place is one token. */
    public static final List<String> PLACES = List.of("top-left", "top", "top-right", "left", "center", "right",
            "bottom-left", "bottom", "bottom-right");
    /** Pairs that occur in captions but in no instruction: does the model put together what it learned apart? */
    public static final Set<String> HELD_OUT = Set.of("red boat", "green cat", "blue tree", "yellow house", "purple car",
            "orange star");

    /**
     * {@return a scene of one, two or three things, in the proportion 1 : 2 : 2}
     *
     * @param random chooses number, kinds, colours and places
     */
    public static Scene random(Random random) {
        return random(random, new int[] {1, 2, 2, 3, 3}[random.nextInt(5)]);
    }

    /**
     * {@return a scene of {@code count} things of different kinds}
     *
     * @param random chooses kinds, colours and places
     * @param count  1 to 8
     */
    public static Scene random(Random random, int count) {
        List<String> kinds = some(KINDS, count, random);
        List<Integer> cells = some(IntStream.range(0, PLACES.size()).boxed().collect(Collectors.toList()), count, random);
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            things.add(new Thing(one(COLORS, random), kinds.get(i), cells.get(i)));
        }
        things.sort(Comparator.comparingInt(Thing::cell));
        return new Scene(List.copyOf(things));
    }

    /**
     * {@return a scene that holds a held-out pair, or one that holds none}
     *
     * @param random  chooses all else
     * @param heldOut which of the two
     */
    public static Scene random(Random random, boolean heldOut) {
        while (true) {
            Scene scene = random(random);
            if (scene.heldOut() == heldOut) {
                return scene;
            }
        }
    }

    /** {@return whether a held-out pair of colour and kind is in it} */
    public boolean heldOut() {
        return things.stream().anyMatch(Thing::heldOut);
    }

    /** Kinds in it, in reading order. */
    List<String> kinds() {
        return things.stream().map(Thing::kind).collect(Collectors.toList());
    }

    static <T> T one(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    static <T> List<T> some(List<T> from, int count, Random random) {
        List<T> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, count);
    }
}
