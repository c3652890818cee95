package llava4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.execution.Copied;
import llava4j.graph.Initializer;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights, pictures and batches of one size, the same for the same seed, as both sides of a comparison take them.
 *
 * <p>Time does not depend on what the numbers are, so they are random. Every row is full, so that no side gains by
 * another way of padding. The second half of the words is supervised.
 */
final class Workload {

    private static final String DECODER = "language_model.";
    private static final String HEAD = DECODER + "lm_head.weight";

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final INDArray pixels;
    private final INDArray picture;
    private final long seed;
    private final boolean sixteenBits;
    private final Map<Integer, Batch> batches = new LinkedHashMap<>();

    /**
     * What a step is given.
     *
     * @param ids    [B][T] {@code <image>} expanded, at the beginning of each row after one word
     * @param labels [B][T]
     */
    record Batch(int[][] ids, int[][] labels) {

        /** The batch with the pictures' features, as the graphs take it. */
        Prompt prompt(INDArray features) {
            boolean[][] attends = new boolean[ids.length][ids[0].length];
            for (boolean[] row : attends) {
                java.util.Arrays.fill(row, true);
            }
            return new Prompt(ids, attends, features);
        }

        int tokens() {
            return ids.length * ids[0].length;
        }
    }

    Workload(LlavaConfig config, BenchSize.Batches sizes, long seed) {
        int batch = sizes.rows();
        this.config = config;
        this.seed = seed;
        this.sixteenBits = sizes.sixteenBits();
        this.weights = fresh();
        Random random = new Random(seed);
        int side = config.vision().imageSize();
        float[] values = new float[sizes.pictures() * 3 * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        this.pixels = Nd4j.create(values, new long[] {sizes.pictures(), 3, side, side}, DataType.FLOAT);
        this.picture = Copied.rows(pixels, 0, 1);
        batches.put(1, batch(random, batch, sizes.captions()));
        batches.put(2, batch(random, batch, sizes.instructions()));
    }

    private Map<String, INDArray> fresh() {
        // A table that is the head too makes scores of about 1; others are not seen by the loss
        double scale = config.decoder().tiedEmbeddings() ? 1 / Math.sqrt(config.decoder().hiddenSize()) : 0.5;
        return Initializer.random(ExpectedTensors.of(config), name -> scale, new SplittableRandom(seed),
                (name, array) -> sixteenBits && name.startsWith(DECODER) ? array.castTo(DataType.BFLOAT16) : array);
    }

    /** Makes the weights what they were at first, in place. */
    void restore() {
        fresh().forEach((name, array) -> weights.get(name).assign(array));
    }

    /** Another batch, each row a picture and {@code words} tokens. */
    Batch batch(Random random, int rows, int words) {
        int images = config.imageTokens();
        int[][] ids = new int[rows][words + images];
        int[][] labels = new int[rows][words + images];
        for (int b = 0; b < rows; b++) {
            for (int t = 0; t < ids[b].length; t++) {
                boolean image = t > 0 && t <= images;
                ids[b][t] = image ? config.imageTokenId() : 1 + random.nextInt(config.decoder().vocabularySize() - 2);
                labels[b][t] = t >= images + words / 2 ? ids[b][t] : LossGraph.IGNORED;
            }
        }
        return new Batch(ids, labels);
    }

    /** Bytes of weights that one decoded token reads: all of f but the table of words, of which it looks one up. */
    long bytesToken() {
        boolean tied = !weights.containsKey(HEAD);
        return weights.entrySet().stream().filter(entry -> entry.getKey().startsWith(DECODER))
                .filter(entry -> tied || !entry.getKey().endsWith("embed_tokens.weight"))
                .mapToLong(entry -> entry.getValue().length() * entry.getValue().dataType().width()).sum();
    }

    /** Whether the decoder is kept in bfloat16. */
    boolean sixteenBits() {
        return sixteenBits;
    }

    LlavaConfig config() {
        return config;
    }

    /** All parameters; training changes them in place. */
    Map<String, INDArray> weights() {
        return weights;
    }

    /** [N, 3, S, S], the pictures that are encoded at once: a step's, or more. */
    INDArray pixels() {
        return pixels;
    }

    /** [B, 3, S, S], a step's pictures, one a row. */
    INDArray batchPixels() {
        return Copied.rows(pixels, 0, batch(2).ids().length);
    }

    /** [1, 3, S, S], the first picture. */
    INDArray picture() {
        return picture;
    }

    /** The batch of stage 1 or 2. */
    Batch batch(int stage) {
        return batches.get(stage);
    }

    /** The first row of stage 2's batch, as a prompt to be continued. */
    Batch question() {
        Batch batch = batches.get(2);
        return new Batch(new int[][] {batch.ids()[0]}, new int[][] {batch.labels()[0]});
    }

    /** The batches as arrays, {@code pixel_values}, {@code input_ids.1}, {@code labels.1} and so on, for a file. */
    Map<String, INDArray> arrays() {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        arrays.put("pixel_values", pixels);
        batches.forEach((stage, batch) -> {
            arrays.put("input_ids." + stage, Nd4j.createFromArray(batch.ids()).castTo(DataType.LONG));
            arrays.put("labels." + stage, Nd4j.createFromArray(batch.labels()).castTo(DataType.LONG));
        });
        return arrays;
    }
}
