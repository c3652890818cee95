package llava4j.picturebook;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import llava4j.tinyworld.CaptionedPicture;

/**
 * What is painted in a picture: one to six things of one to four concepts, each with size, place and style.
 *
 * <p>One scene in four repeats its first concept two to four times. Things may overlap a little at their edges. The middle of a
 * thing keeps away from the lines between the nine places, so that its place is never a matter of taste.
 *
 * @param sprites in the order in which they are painted
 */
record BookScene(List<Sprite> sprites) {

    /** Side of a picture, in pixels. */
    static final int SIZE = 96;

    private static final int[] CONCEPTS = {1, 1, 2, 2, 2, 3, 3, 4};
    /** Of all concepts together. */
    static final int MOST_THINGS = 6;
    /** Smallest and largest side of a thing where there are so many. */
    private static final int[][] SIDES = {{}, {40, 64}, {32, 46}, {28, 38}, {25, 34}, {22, 28}, {20, 26}};
    private static final int CELL = SIZE / 3;
    /** Pixels that the middle of a thing keeps away from the lines between the nine places. */
    private static final int FROM_LINE = 3;
    /** The same in a book, which asks where things are: the inner half of a place, so that a look tells which place it is. */
    private static final int FROM_LINE_IN_BOOK = 8;
    private static final double MOST_OVERLAP = 0.12;
    private static final int TRIES = 300;
    private static final int FEW_OF_A_KIND = 8;

    /**
     * A thing as it is painted.
     *
     * @param concept what it is
     * @param style   one of {@link EmojiPictures#STYLES}
     * @param x       of the left edge, in pixels
     * @param y       of the upper edge
     * @param side    width and height
     */
    record Sprite(Concept concept, String style, int x, int y, int side) {

        Placed placed() {
            return new Placed(concept, (x + side / 2.0) / SIZE, (y + side / 2.0) / SIZE);
        }

        private boolean fits(List<Sprite> others, int fromLine) {
            return clear(x + side / 2.0, fromLine) && clear(y + side / 2.0, fromLine) && others.stream().allMatch(other -> {
                int width = Math.min(x + side, other.x + other.side) - Math.max(x, other.x);
                int height = Math.min(y + side, other.y + other.side) - Math.max(y, other.y);
                int smaller = Math.min(side, other.side);
                return width <= 0 || height <= 0 || width * height <= MOST_OVERLAP * smaller * smaller;
            });
        }

        private static boolean clear(double middle, int fromLine) {
            return Math.abs(middle - CELL) >= fromLine && Math.abs(middle - 2 * CELL) >= fromLine;
        }
    }

    /**
     * {@return a scene of up to six things, to be told from others}
     *
     * @param random chooses everything
     */
    static BookScene random(Random random) {
        return random(MOST_THINGS, FROM_LINE, random);
    }

    /**
     * {@return a scene of a book}
     *
     * @param most   things in it
     * @param random chooses everything
     */
    static BookScene ofBook(int most, Random random) {
        return random(most, FROM_LINE_IN_BOOK, random);
    }

    private static BookScene random(int most, int fromLine, Random random) {
        List<Concept> concepts = new ArrayList<>();
        int different = Math.min(most, CONCEPTS[random.nextInt(CONCEPTS.length)]);
        while (concepts.size() < different) {
            Concept next = Concepts.ALL.get(random.nextInt(Concepts.ALL.size()));
            if (!concepts.contains(next)) {
                concepts.add(next);
            }
        }
        if (random.nextInt(4) == 0) {
            int more = Math.min(1 + random.nextInt(3), most - different);
            concepts.addAll(Collections.nCopies(more, concepts.get(0)));
        }
        while (true) {
            List<Sprite> sprites = new ArrayList<>();
            for (int tried = 0; tried < TRIES && sprites.size() < concepts.size(); tried++) {
                Sprite sprite = sprite(concepts.get(sprites.size()), SIDES[concepts.size()], random);
                if (sprite.fits(sprites, fromLine)) {
                    sprites.add(sprite);
                }
            }
            if (sprites.size() == concepts.size()) {
                return new BookScene(List.copyOf(sprites));
            }
        }
    }

    /**
     * {@return a scene of one thing alone, as small or as large as things ever are}
     *
     * @param random chooses everything
     */
    static BookScene single(Random random) {
        int[] sides = {SIDES[SIDES.length - 1][0], SIDES[1][1]};
        return new BookScene(List.of(sprite(Concepts.ALL.get(random.nextInt(Concepts.ALL.size())), sides, random)));
    }

    /**
     * {@return a scene of one thing alone, of the size that a thing alone has}
     *
     * @param concept what it is
     * @param style   one of {@link EmojiPictures#STYLES}
     * @param random  of its size and place
     */
    static BookScene single(Concept concept, String style, Random random) {
        Sprite sprite = sprite(concept, SIDES[1], random);
        return new BookScene(List.of(new Sprite(concept, style, sprite.x, sprite.y, sprite.side)));
    }

    /**
     * {@return the same scene with a concept that it does not show in the place of one of its things}
     *
     * @param random chooses both
     */
    BookScene nearMiss(Random random) {
        return with(random.nextInt(sprites.size()), Concepts.ALL, random);
    }

    /**
     * {@return the same scene with another concept of the same kind in the place of one of its things: a goat for a sheep. A kind
     * of few concepts gives way to all concepts}
     *
     * @param random chooses both
     */
    BookScene lookalike(Random random) {
        int thing = random.nextInt(sprites.size());
        List<Concept> alike = Concepts.ALL.stream().filter(concept -> concept.kind().equals(sprites.get(thing).concept.kind()))
                .toList();
        return with(thing, alike.size() < FEW_OF_A_KIND ? Concepts.ALL : alike, random);
    }

    private BookScene with(int thing, List<Concept> choice, Random random) {
        List<Sprite> changed = new ArrayList<>(sprites);
        Sprite old = changed.get(thing);
        Concept other = old.concept;
        while (contents().concepts().contains(other)) {
            other = choice.get(random.nextInt(choice.size()));
        }
        changed.set(thing, new Sprite(other, old.style, old.x, old.y, old.side));
        return new BookScene(List.copyOf(changed));
    }

    private static Sprite sprite(Concept concept, int[] sides, Random random) {
        int side = sides[0] + random.nextInt(sides[1] - sides[0] + 1);
        return new Sprite(concept, EmojiPictures.STYLES.get(random.nextInt(EmojiPictures.STYLES.size())),
                random.nextInt(SIZE - side + 1), random.nextInt(SIZE - side + 1), side);
    }

    /** The same scene, with what an encoder is not shown in its second style in the first. */
    BookScene inSeenStyles() {
        return new BookScene(sprites.stream().map(sprite -> Concepts.styleHeldOut(sprite.concept)
                ? new Sprite(sprite.concept, EmojiPictures.STYLES.get(0), sprite.x, sprite.y, sprite.side) : sprite).toList());
    }

    /** Where its things stand, each named by its place in {@link Concepts#ALL}. */
    List<CaptionedPicture.Region> regions() {
        return sprites.stream().map(sprite -> new CaptionedPicture.Region(Concepts.ALL.indexOf(sprite.concept), sprite.x, sprite.y,
                sprite.side, sprite.side)).toList();
    }

    /** The same in words' terms. */
    Contents contents() {
        return Contents.of(sprites.stream().map(Sprite::placed).toList());
    }
}
