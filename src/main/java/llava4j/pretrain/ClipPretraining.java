package llava4j.pretrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.conversation.Tokenizer;
import llava4j.graph.Initializer;
import llava4j.execution.Threads;
import llava4j.image.ClipImageProcessor;
import llava4j.image.ImageProcessorConfig;
import llava4j.model.Prompt;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;
import llava4j.tinyworld.Thing;
import llava4j.train.Objective;
import llava4j.train.TrainingPlan;
import llava4j.vision.ClipConfig;
import llava4j.vision.ClipGraph;
import llava4j.vision.TextTowerConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the tiny CLIP came to be: by the contrast of painted scenes and their captions, endlessly many of both.
 *
 * <p>Half of each batch are near misses, a scene and the same scene with one colour, kind or place changed. Without them
 * the towers need not look closely: among random scenes, counting the things already finds most partners.
 */
public final class ClipPretraining implements Objective {

    private static final int BATCH = 96;

    private final ClipGraph graph;
    private final Tokenizer tokenizer;
    private final ClipImageProcessor processor;
    private final long seed;
    private double accuracy;

    /**
     * Builds the graph; the batch's size is fixed.
     *
     * @param config    the tiny CLIP's sizes
     * @param weights   all parameters, trained in place
     * @param tokenizer of the tiny vocabulary, for CLIP
     * @param seed      of scenes, captions and near misses
     */
    public ClipPretraining(ClipConfig config, Map<String, INDArray> weights, Tokenizer tokenizer, long seed) {
        Threads.fit(config.vision().hiddenSize());
        this.graph = new ClipGraph(config, weights, BATCH, BATCH, name -> true);
        this.tokenizer = tokenizer;
        this.processor = new ClipImageProcessor(ImageProcessorConfig.tinyWorld());
        this.seed = seed;
    }

    /** {@return the tiny CLIP's sizes} */
    public static ClipConfig config() {
        int vocabulary = TinyVocabulary.tokens().size();
        return new ClipConfig(VisionConfig.VIT_B_32.withImageSize(Painter.SIZE).withPatchSize(16).withHiddenSize(96)
                .withIntermediateSize(384).withLayers(4).withHeads(4),
                TextTowerConfig.VIT_B_32.withVocabularySize(vocabulary).withMaxPositions(64).withHiddenSize(96)
                        .withIntermediateSize(384).withLayers(2).withHeads(4).withEosTokenId(TinyVocabulary.EOS), 64);
    }

    /**
     * {@return the settings of this training: AdamW with decay 0.05, peak rate 1e-3}
     *
     * @param steps optimizer steps
     * @param seed  of the scenes
     */
    public static TrainingPlan plan(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(BATCH).withWarmUp(0.07).withAdam(0.9, 0.98, 0.05).withSeed(seed);
    }

    /**
     * Parameters before training. The picture's position embeddings begin as large as what they are added to (0.5):
     * small ones are nearly lost among the patches' features, and "where" is then the last thing the model learns.
     *
     * @param config the tiny CLIP's sizes
     * @param seed   of all draws
     * @return all parameters by name
     */
    public static Map<String, INDArray> fresh(ClipConfig config, long seed) {
        return Initializer.random(ExpectedTensors.of(config), name -> name.startsWith("vision_model") ? 0.5
                : name.contains("token") ? 1 : 0.02, seed);
    }

    @Override
    public Step at(int step) {
        Random random = new Random(seed * 1_000_003L + step);
        List<Scene> scenes = new ArrayList<>();
        while (scenes.size() < BATCH) {
            Scene scene = Scene.random(random);
            scenes.add(scene);
            scenes.add(nearMiss(scene, random));
        }
        INDArray pixels = processor.pixelValues(
                scenes.stream().map(scene -> Painter.paint(scene, random)).collect(Collectors.toList()));
        List<int[]> captions = scenes.stream().map(scene -> tokenizer.encode(Telling.caption(scene, random), true))
                .collect(Collectors.toList());
        Prompt batch = Prompt.padded(captions, TinyVocabulary.PAD, false, null);
        ClipGraph.Gradients result = graph.gradients(pixels, batch.ids());
        accuracy = result.accuracy();
        return new Step(result.loss(), result.byName(), List.of("batch " + step),
                captions.stream().mapToInt(c -> c.length).sum());
    }

    /** {@return share of the last batch's pictures that found their caption} */
    public double accuracy() {
        return accuracy;
    }

    /** {@return the names of the parameters that are trained} */
    public List<String> trained() {
        return graph.trained();
    }

    private static Scene nearMiss(Scene scene, Random random) {
        List<Thing> things = new ArrayList<>(scene.things());
        int i = random.nextInt(things.size());
        Thing old = things.get(i);
        double which = random.nextDouble();
        if (which < 0.4) {
            things.set(i, new Thing(other(Scene.COLORS, List.of(old.color()), random), old.kind(), old.cell()));
        } else if (which < 0.7) {
            List<String> present = things.stream().map(Thing::kind).collect(Collectors.toList());
            things.set(i, new Thing(old.color(), other(Scene.KINDS, present, random), old.cell()));
        } else if (which < 0.85 && things.size() > 1) {
            int j = (i + 1) % things.size();
            Thing partner = things.get(j);
            things.set(i, new Thing(partner.color(), old.kind(), old.cell()));
            things.set(j, new Thing(old.color(), partner.kind(), partner.cell()));
        } else {
            List<Integer> taken = things.stream().map(Thing::cell).collect(Collectors.toList());
            int cell = random.nextInt(9);
            while (taken.contains(cell)) {
                cell = random.nextInt(9);
            }
            things.set(i, new Thing(old.color(), old.kind(), cell));
        }
        things.sort(Comparator.comparingInt(Thing::cell));
        return new Scene(List.copyOf(things));
    }

    private static String other(List<String> from, List<String> not, Random random) {
        List<String> left = from.stream().filter(word -> !not.contains(word)).collect(Collectors.toList());
        return left.get(random.nextInt(left.size()));
    }
}
