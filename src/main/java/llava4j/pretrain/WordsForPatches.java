package llava4j.pretrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.data.FeatureStore;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.execution.Threads;
import llava4j.graph.Scope;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.PointedPatches.Pointed;
import llava4j.train.Objective;
import llava4j.train.Stage;
import llava4j.train.TrainingPlan;
import llava4j.vision.ContrastiveLoss;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * W's first words: of a thing that someone points at, W says its name and where it is, in the decoder's word embeddings.
 *
 * <p>With e_c the mean embedding of the tokens of name c, p_j that of the words for place j ("top left"), and
 * h = W z − β (p_j − p̄), a patch of thing c at place j adds
 * |h − e_c|² / (D σ²) + λ (−log softmax_c (s cos(h − ē, e_c − ē))): be where the word is, and nearer to it than to any other
 * (Frome and others, 2013, "DeViSE", map pictures into a space of words so). A patch of the background goes where the full stop
 * is. The decoder takes no part but for its table of words, so that all of it takes a minute or two.
 *
 * <p>The paper's W learns this in stage 1 alone, through the whole decoder, from 595,000 captions. On a laptop a few thousand
 * are all there is time for, and after them W still says "a banana" of everything. What one would get wrong: the distance alone.
 * Where W is not sure, the mean of all words is nearest then, and the mean of all words is the name of nothing. And the name
 * alone: every encoder's patch says where it lies, and a W that is to map all of a thing's patches to one word forgets it.
 */
public final class WordsForPatches implements Objective {

    /** Pictures in a step. */
    private static final int PICTURES = 64;
    /** s and λ of the loss. */
    private static final double SHARPNESS = 16;
    private static final double NEARER_THAN_OTHERS = 0.5;
    private static final double BACKGROUND = 0.5;
    private static final String FULL_STOP = " .";
    /** Thirds of a picture, row by row. */
    private static final List<String> PLACES = List.of(" top left", " top", " top right", " left", " middle", " right",
            " bottom left", " bottom", " bottom right");
    private static final int THIRDS = 3;
    /** β: how far the places lie apart beside the names. */
    private static final double PLACES_BESIDE_NAMES = 0.5;

    private final FeatureStore features;
    private final PointedPatches pictures;
    private final long seed;
    private final SameDiff graph = EmptyGraph.create();
    private final Schedule forwardAndBackward;
    private final List<String> trained;
    private final int names;
    /** [C+1, D] embeddings of the names, and after them of the full stop. */
    private final INDArray words;
    /** [9+1, D] what is added for each place, β (p_j − p̄), and after them nothing, for the background. */
    private final INDArray places;

    /**
     * Builds the graph.
     *
     * @param model    its connector learns, in place, and has to be spliced; nothing else of it changes
     * @param features of the pictures
     * @param pictures what stands where in them
     * @param seed     of the order of the pictures
     */
    public WordsForPatches(Llava model, FeatureStore features, PointedPatches pictures, long seed) {
        LlavaConfig config = model.config();
        Threads.fit(config.vision().hiddenSize());
        this.features = features;
        this.pictures = pictures;
        this.seed = seed;
        this.names = pictures.names().size();
        List<String> said = new ArrayList<>(pictures.names().stream().map(name -> " " + name).toList());
        said.add(FULL_STOP);
        words = embeddings(model, said);                                                     // [C+1, D]
        INDArray known = words.getRows(IntStream.range(0, names).toArray());              // [C, D]
        INDArray mean = known.mean(true, 0);
        INDArray directions = known.subRowVector(mean);
        INDArray apart = embeddings(model, PLACES);
        apart.subiRowVector(apart.mean(true, 0));
        places = Nd4j.vstack(apart.mul(PLACES_BESIDE_NAMES * length(directions) / length(apart)),
                Nd4j.zeros(DataType.FLOAT, 1, apart.size(1)));                               // [9+1, D]
        double spread = known.stdNumber().doubleValue();

        Scope root = Scope.root(graph, model.weights(), Stage.FEATURE_ALIGNMENT.trained());
        SDVariable zv = graph.placeHolder("features", DataType.FLOAT, -1, config.connector().inputSize());
        SDVariable target = graph.placeHolder("words", DataType.FLOAT, -1, config.decoder().hiddenSize());
        SDVariable weight = graph.placeHolder("weight_of_distance", DataType.FLOAT, -1);
        SDVariable which = graph.placeHolder("which_name", DataType.FLOAT, -1, names);       // a 1 for each named row
        SDVariable share = graph.placeHolder("weight_of_name", DataType.FLOAT, -1);
        SDVariable place = graph.placeHolder("places", DataType.FLOAT, -1, config.decoder().hiddenSize());
        SDVariable hv = config.connector().read(root, zv, config.features()).sub(place);     // [R, Dv] -> [R, D]
        SDVariable away = hv.sub(target);
        SDVariable distance = away.mul(away).sum(1).mul(weight).sum().div(spread * spread * config.decoder().hiddenSize());
        SDVariable cosines = graph.mmul(ContrastiveLoss.normalize(hv.sub(graph.constant("mean_word", mean))),
                graph.constant("directions", directions.divColumnVector(directions.norm2(true, 1))), false, true, false)
                .mul(SHARPNESS);                                                             // [R, D] x [C, D]ᵀ -> [R, C]
        SDVariable surprise = graph.math().log(graph.math().exp(cosines).sum(1)).sub(cosines.mul(which).sum(1));   // [R]
        distance.add(surprise.mul(share).sum().mul(NEARER_THAN_OTHERS)).rename("loss");
        graph.setLossVariables("loss");
        trained = Stage.FEATURE_ALIGNMENT.trainedNames(model);
        forwardAndBackward = Schedule.ofGradients(graph, List.of("loss"), trained);
    }

    /** [N, D] mean embedding of each text's tokens. */
    private static INDArray embeddings(Llava model, List<String> texts) {
        INDArray table = model.weights().get("language_model.model.embed_tokens.weight");
        return Nd4j.vstack(texts.stream().map(text -> table.getRows(model.tokenizer().encode(text, false))
                .castTo(DataType.FLOAT).mean(true, 0)).toArray(INDArray[]::new));
    }

    private static double length(INDArray rows) {
        return rows.norm2(1).meanNumber().doubleValue();
    }

    /**
     * {@return the settings of this training}
     *
     * @param steps optimiser steps, of 64 pictures each
     * @param seed  of the order of the pictures
     */
    public static TrainingPlan plan(int steps, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(PICTURES).withLearningRate(1e-3).withAdam(0.9, 0.999, 0).withSeed(seed);
    }

    /** {@return the names of the parameters that learn: the connector's} */
    public List<String> trained() {
        return trained;
    }

    @Override
    public Step at(int step) {
        Random random = new Random(seed * 1_000_003L + step);
        List<Pointed> batch = random.ints(PICTURES, 0, pictures.pictures().size()).mapToObj(pictures.pictures()::get).toList();
        List<String> files = batch.stream().map(Pointed::file).toList();
        Rows rows = rows(batch);
        Map<String, INDArray> inputs = inputs(rows);
        inputs.put("features", features.of(files).getRows(rows.rows()));                     // [64*P, Dv] -> [R, Dv]
        Map<String, INDArray> result = forwardAndBackward.run(inputs);
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        trained.forEach(name -> gradients.put(name, result.get(Schedule.gradientOf(graph, name))));
        return new Step(result.get("loss").getDouble(0), gradients, files, rows.words().length);
    }

    /**
     * Patches of a batch that say something for certain.
     *
     * @param rows   [R] which of the B*P patches, picture by picture
     * @param words  [R] number of each one's word: its name, or the full stop, which comes after all names
     * @param places [R] number of the third of the picture, row by row, in which each thing's patch lies; of the background 9
     */
    private record Rows(int[] rows, int[] words, int[] places) {
    }

    private Rows rows(List<Pointed> batch) {
        List<int[]> clear = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            int[] shown = batch.get(i).names();
            for (int patch = 0; patch < shown.length; patch++) {
                if (shown[patch] != Pointed.UNCLEAR) {
                    boolean nothing = shown[patch] == Pointed.BACKGROUND;
                    clear.add(new int[] {i * shown.length + patch, nothing ? names : shown[patch],
                        nothing ? PLACES.size() : place(patch, shown.length)});
                }
            }
        }
        return new Rows(clear.stream().mapToInt(row -> row[0]).toArray(), clear.stream().mapToInt(row -> row[1]).toArray(),
                clear.stream().mapToInt(row -> row[2]).toArray());
    }

    /** Of patches that lie row by row in a square. */
    private static int place(int patch, int patches) {
        int side = (int) Math.round(Math.sqrt(patches));
        return patch / side * THIRDS / side * THIRDS + patch % side * THIRDS / side;
    }

    /** Where each row is to go, and how much it counts: the named ones together one, those of the background together a half. */
    private Map<String, INDArray> inputs(Rows rows) {
        int[] word = rows.words();
        long named = Arrays.stream(word).filter(w -> w < names).count();
        float[] distance = new float[word.length];
        float[] share = new float[word.length];
        INDArray which = Nd4j.zeros(DataType.FLOAT, word.length, names);
        for (int r = 0; r < word.length; r++) {
            boolean isNamed = word[r] < names;
            distance[r] = (float) (isNamed ? 1.0 / named : BACKGROUND / (word.length - named));
            if (isNamed) {
                share[r] = 1f / named;
                which.putScalar(r, word[r], 1);
            }
        }
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        inputs.put("words", words.getRows(word));
        inputs.put("places", places.getRows(rows.places()));
        inputs.put("weight_of_distance", Nd4j.createFromArray(distance));
        inputs.put("which_name", which);
        inputs.put("weight_of_name", Nd4j.createFromArray(share));
        return inputs;
    }
}
