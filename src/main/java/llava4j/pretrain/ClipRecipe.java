package llava4j.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import llava4j.image.ImageProcessorConfig;
import llava4j.picturebook.BookContrast;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.SceneContrast;
import llava4j.train.TrainingPlan;
import llava4j.vision.ClipConfig;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;

/**
 * A world that a CLIP is trained on, with the size of the CLIP that it takes.
 *
 * @param config     sizes of both towers
 * @param tokens     of the captions, in the order of their ids
 * @param images     how pictures are prepared
 * @param batch      pairs that are contrasted with each other
 * @param groups     such batches in a step, each computed by a thread of its own
 * @param world      makes the pairs
 * @param names      of all things, where patches are contrasted with them; else empty
 * @param course     what this training is called, how fast and how long it goes
 */
public record ClipRecipe(ClipConfig config, List<String> tokens, ImageProcessorConfig images, int batch, int groups, World world,
                         List<String> names, Course course) {

    /**
     * What this training is called, how fast and how long it goes.
     *
     * @param name         which saved states remember, so that no other training goes on from them
     * @param nearMisses   how many of the pictures are like another one, in words
     * @param learningRate at its highest
     * @param steps        optimizer steps that are enough
     */
    public record Course(String name, String nearMisses, double learningRate, int steps) {
    }

    /** Makes pictures and captions. */
    @FunctionalInterface
    public interface World {

        /**
         * {@return pictures with a caption each, every second one a near miss of the one before it}
         *
         * @param pairs  how many
         * @param done   share of the training that is over, in [0, 1): a world may begin with what is easy
         * @param random chooses everything
         */
        List<CaptionedPicture> batch(int pairs, double done, Random random);
    }

    /** {@return eight kinds of things in six colours, 48 by 48 pixels: 0.6 M parameters, some minutes} */
    public static ClipRecipe tinyWorld() {
        List<String> tokens = TinyVocabulary.tokens();
        VisionConfig vision = VisionConfig.VIT_B_32.withImageSize(Painter.SIZE).withPatchSize(16).withHiddenSize(96)
                .withIntermediateSize(384).withLayers(4).withHeads(4);
        TextTowerConfig text = TextTowerConfig.VIT_B_32.withVocabularySize(tokens.size()).withMaxPositions(64).withHiddenSize(96)
                .withIntermediateSize(384).withLayers(2).withHeads(4).withEosTokenId(WordTokenizer.EOS);
        return new ClipRecipe(new ClipConfig(vision, text, 64), tokens, ImageProcessorConfig.tinyWorld(), 96, 1,
                (pairs, done, random) -> SceneContrast.batch(pairs, random), List.of(), new Course("clip", "half", 1e-3, 1500));
    }

    /**
     * {@return the picture book: 249 concepts in two styles, 96 by 96 pixels}
     *
     * @param book paints its pictures
     */
    public static ClipRecipe pictureBook(BookContrast book) {
        List<String> tokens = new ArrayList<>(WordTokenizer.SPECIALS);
        tokens.addAll(List.of(".", ",", "?"));
        Set<String> words = BookContrast.words();
        tokens.addAll(words);
        VisionConfig vision = VisionConfig.VIT_B_32.withImageSize(BookContrast.SIZE).withPatchSize(16).withHiddenSize(192)
                .withIntermediateSize(768).withLayers(4).withHeads(6).withActivation("relu");
        TextTowerConfig text = TextTowerConfig.VIT_B_32.withVocabularySize(tokens.size()).withMaxPositions(64).withHiddenSize(128)
                .withIntermediateSize(512).withLayers(2).withHeads(4).withActivation("relu").withEosTokenId(WordTokenizer.EOS);
        return new ClipRecipe(new ClipConfig(vision, text, 128), tokens, ImageProcessorConfig.clip(BookContrast.SIZE), 64, 2,
                book::batch, List.of(), new Course("clip of the picture book", "half", 1e-3, 3000));
    }

    /**
     * {@return the picture book for a CLIP that knows it already, as {@link #pictureBook} leaves it: of four pictures that are
     * alike, which is which?}
     *
     * @param book paints its pictures
     */
    public static ClipRecipe pictureBookGoingOn(BookContrast book) {
        ClipRecipe first = pictureBook(book);
        return new ClipRecipe(first.config, first.tokens, first.images, first.batch, first.groups,
                (pairs, done, random) -> book.lookalikes(pairs, random), List.of(),
                new Course("clip of the picture book, going on", "three in four", 5e-4, first.course.steps()));
    }

    /**
     * {@return the same, where patches of each thing are also contrasted with the names of all things ({@link
     * llava4j.vision.PatchContrast}): W reads the patches, so they must say by themselves what they show}
     *
     * @param book paints its pictures
     */
    public static ClipRecipe pictureBookByPatch(BookContrast book) {
        ClipRecipe second = pictureBookGoingOn(book);
        return new ClipRecipe(second.config, second.tokens, second.images, second.batch, second.groups, second.world,
                BookContrast.names(), new Course("clip of the picture book, by patch", "three in four", 5e-4, 1500));
    }

    /**
     * {@return the settings of this training: AdamW with decay 0.05, the course's rate}
     *
     * @param steps optimizer steps
     * @param seed  of the scenes
     */
    public TrainingPlan plan(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(batch * groups).withLearningRate(course.learningRate()).withWarmUp(0.07)
                .withAdam(0.9, 0.98, 0.05).withSeed(seed);
    }
}
