package llava4j.pretrain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import llava4j.graph.Initializer;
import llava4j.execution.Threads;
import llava4j.image.ClipImageProcessor;
import llava4j.model.Prompt;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.train.Objective;
import llava4j.vision.ClipConfig;
import llava4j.vision.ClipGraph;
import llava4j.vision.PatchContrast;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a CLIP comes to be: by the contrast of painted scenes and their captions, endlessly many of both.
 *
 * <p>Half of each batch are near misses, a scene and the same scene with one thing changed. Without them the towers need not
 * look closely: among random scenes, counting the things already finds most partners.
 */
public final class ClipPretraining implements Objective {

    private static final int PATCHES_OF_A_THING = 2;

    private final ClipRecipe recipe;
    private final List<ClipGraph> graphs = new ArrayList<>();
    private final Tokenizer tokenizer;
    private final int[][] names;
    private final ClipImageProcessor processor;
    private final int steps;
    private final long seed;
    private double accuracy;

    /**
     * Builds the graph; the batch's size is fixed.
     *
     * @param recipe    the world, and the CLIP's sizes
     * @param weights   all parameters, trained in place
     * @param tokenizer of the recipe's tokens
     * @param steps     of the whole training
     * @param seed      of scenes, captions and near misses
     */
    public ClipPretraining(ClipRecipe recipe, Map<String, INDArray> weights, Tokenizer tokenizer, int steps,
                           long seed) {
        Threads.fit(recipe.config().vision().hiddenSize());
        this.recipe = recipe;
        for (int group = 0; group < recipe.groups(); group++) {
            graphs.add(ClipGraph.withNames(recipe.config(), weights, recipe.batch(), recipe.names().size(), name -> true));
        }
        this.tokenizer = tokenizer;
        this.names = ids(recipe.names());
        this.processor = new ClipImageProcessor(recipe.images());
        this.steps = steps;
        this.seed = seed;
    }

    /**
     * Parameters before training. The picture's position embeddings begin as large as what they are added to (0.5):
     * small ones are nearly lost among the patches' features, and "where" is then the last thing the model learns.
     *
     * @param config the CLIP's sizes
     * @param seed   of all draws
     * @return all parameters by name
     */
    public static Map<String, INDArray> fresh(ClipConfig config, long seed) {
        return Initializer.random(ExpectedTensors.of(config), name -> name.startsWith("vision_model") ? 0.5
                : name.contains("token") ? 1 : 0.02, seed);
    }

    /**
     * Parameters of a CLIP that goes on learning.
     *
     * @param config    the sizes it has to have
     * @param directory where it lies
     * @return all parameters by name, 32 bits wide
     * @throws UserError if it is no CLIP, or one of other sizes
     */
    public static Map<String, INDArray> known(ClipConfig config, Path directory) {
        ModelDirectory clip = ModelDirectory.open(directory, Optional.empty());
        if (!config.equals(clip.clip())) {
            throw UserError.of("%s: is no CLIP of the sizes that this recipe trains: give one that \"pretrain clip\" made",
                    directory);
        }
        return new LinkedHashMap<>(clip.weights());
    }

    @Override
    public Step at(int step) {
        Random random = new Random(seed * 1_000_003L + step);
        List<Batch> batches = graphs.stream().map(graph -> batch((double) step / steps, random)).toList();
        ClipGraph.Gradients[] results = new ClipGraph.Gradients[batches.size()];
        Threads.each(results.length, (group, groups) -> results[group] = gradients(graphs.get(group), batches.get(group)));
        double share = 1.0 / results.length;
        Map<String, INDArray> mean = results[0].byName();
        if (results.length > 1) {
            mean.forEach((name, gradient) -> {
                for (int group = 1; group < results.length; group++) {
                    gradient.addi(results[group].byName().get(name));
                }
                gradient.muli(share);
            });
        }
        accuracy = Stream.of(results).mapToDouble(ClipGraph.Gradients::accuracy).sum() * share;
        return new Step(Stream.of(results).mapToDouble(ClipGraph.Gradients::loss).sum() * share, mean,
                List.of("batch " + step), batches.stream().mapToInt(Batch::tokens).sum());
    }

    private ClipGraph.Gradients gradients(ClipGraph graph, Batch batch) {
        return batch.patches().isPresent() ? graph.gradients(batch.pixels(), batch.captions(), names, batch.patches().get())
                : graph.gradients(batch.pixels(), batch.captions());
    }

    /** Pictures and captions that are contrasted with each other, and the things in them where these are contrasted too. */
    private record Batch(INDArray pixels, int[][] captions, Optional<PatchContrast.Patches> patches, int tokens) {
    }

    private Batch batch(double done, Random random) {
        List<CaptionedPicture> pairs = recipe.world().batch(recipe.batch(), done, random);
        INDArray pixels = processor.pixelValues(pairs.stream().map(CaptionedPicture::picture).toList());
        List<int[]> captions = pairs.stream().map(pair -> tokenizer.encode(pair.caption(), true)).toList();
        return new Batch(pixels, Prompt.padded(captions, WordTokenizer.PAD, false, null).ids(),
                recipe.names().isEmpty() ? Optional.empty() : Optional.of(NamedPatches.some(pairs,
                        recipe.config().vision(), PATCHES_OF_A_THING, random)),
                captions.stream().mapToInt(caption -> caption.length).sum());
    }

    private int[][] ids(List<String> texts) {
        return texts.isEmpty() ? new int[0][] : Prompt.padded(texts.stream().map(text -> tokenizer.encode(text, true)).toList(),
                WordTokenizer.PAD, false, null).ids();
    }

    /** {@return share of the last batch's pictures that found their caption} */
    public double accuracy() {
        return accuracy;
    }

    /** {@return the names of the parameters that are trained} */
    public List<String> trained() {
        return graphs.get(0).trained();
    }
}
