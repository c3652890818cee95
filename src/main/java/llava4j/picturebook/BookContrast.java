package llava4j.picturebook;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.error.UserError;
import llava4j.tinyworld.CaptionedPicture;

/**
 * Pictures of the book and their captions, endlessly many, for the contrast that CLIP learns from.
 *
 * <p>Half of each batch are near misses: a scene and the same scene with another concept in the place of one thing. Only who
 * looks at every thing tells the two captions apart. The first fifth of the training shows one thing at a time, at any size:
 * a caption of four things does not say which of them is the accordion.
 */
public final class BookContrast {

    /** Side of a picture, in pixels. */
    public static final int SIZE = BookScene.SIZE;

    private static final double ONE_AT_A_TIME = 0.2;
    private static final int FAMILY = 4;
    private static final int SAMPLES = 4000;

    private final EmojiPictures art;

    /**
     * Reads the art.
     *
     * @param emoji folder as {@code fetch emoji} writes it
     * @throws UserError naming what is missing
     */
    public BookContrast(Path emoji) {
        this.art = new EmojiPictures(emoji);
    }

    /**
     * {@return pictures with a caption each: a scene, its near miss, the next scene, and so on}
     *
     * @param pairs  how many, an even number
     * @param done   share of the training that is over
     * @param random chooses everything
     */
    public List<CaptionedPicture> batch(int pairs, double done, Random random) {
        List<BookScene> scenes = new ArrayList<>();
        while (scenes.size() < pairs) {
            BookScene scene = done < ONE_AT_A_TIME ? BookScene.single(random) : BookScene.random(random);
            scenes.add(scene);
            scenes.add(scene.nearMiss(random));
        }
        return painted(scenes, random);
    }

    /**
     * {@return pictures with a caption each, for one who has learned to tell a lion from a bus: a scene and three others in which
     * one thing is another of its kind, the next scene and its three, and so on}
     *
     * @param pairs  how many, a multiple of four
     * @param random chooses everything
     */
    public List<CaptionedPicture> lookalikes(int pairs, Random random) {
        List<BookScene> scenes = new ArrayList<>();
        while (scenes.size() < pairs) {
            BookScene scene = BookScene.random(random);
            Set<BookScene> four = new LinkedHashSet<>(List.of(scene));
            while (four.size() < FAMILY) {
                four.add(scene.lookalike(random));
            }
            scenes.addAll(four);
        }
        return painted(scenes, random);
    }

    private List<CaptionedPicture> painted(List<BookScene> scenes, Random random) {
        return scenes.stream().map(BookScene::inSeenStyles).map(scene -> painted(scene, random)).toList();
    }

    private CaptionedPicture painted(BookScene scene, Random random) {
        return new CaptionedPicture(BookPainter.paint(scene, art, random), BookTelling.caption(scene.contents(), random),
                scene.regions());
    }

    /**
     * {@return a picture of each concept alone with its name, in the order of {@link Concepts#ALL}}
     *
     * @param style  0 or 1: a folder of the art
     * @param random of sizes, places and backgrounds
     */
    public List<CaptionedPicture> singles(int style, Random random) {
        return Concepts.ALL.stream().map(concept -> BookScene.single(concept, EmojiPictures.STYLES.get(style), random))
                .map(scene -> painted(scene, random)).toList();
    }

    /**
     * {@return whether no picture of a batch shows this concept in this style}
     *
     * @param concept place in {@link Concepts#ALL}
     * @param style   0 or 1
     */
    public static boolean unseen(int concept, int style) {
        return style == 1 && Concepts.styleHeldOut(Concepts.ALL.get(concept));
    }

    /** {@return a caption for each concept alone, "A dog.", in the order of {@link Concepts#ALL}} */
    public static List<String> names() {
        return Concepts.ALL.stream().map(concept -> Contents.sentence(concept.one() + ".")).toList();
    }

    /** {@return all words that captions are made of, in the order of the alphabet} */
    public static Set<String> words() {
        Random random = new Random(0);
        Stream<String> captions = IntStream.range(0, SAMPLES).mapToObj(i -> BookScene.random(random).contents())
                .flatMap(contents -> Stream.of(BookTelling.caption(contents, random), BookTelling.detail(contents)));
        Stream<String> names = Concepts.ALL.stream().flatMap(concept -> Stream.of(concept.one(), concept.plural()));
        Set<String> words = new TreeSet<>();
        Stream.concat(captions, names).flatMap(text -> Stream.of(text.replaceAll("[.,?]", " ").split(" +")))
                .filter(word -> !word.isEmpty()).forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
        return words;
    }
}
