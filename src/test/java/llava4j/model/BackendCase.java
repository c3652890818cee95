package llava4j.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import llava4j.bench.BenchSize;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.graph.Initializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A random model of the tiny world's size and a batch of four, the same on every machine and every backend. */
final class BackendCase {

    static final int ROWS = 4;
    private static final int WORDS = 24;

    final LlavaConfig config = BenchSize.TINY.config();
    final Map<String, INDArray> weights = Initializer.random(ExpectedTensors.of(config), name -> 0.5, 1);
    final INDArray pixels;
    final int[][] ids;
    final int[][] labels;

    BackendCase() {
        Random random = new Random(2);
        int side = config.vision().imageSize();
        float[] values = new float[ROWS * 3 * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        pixels = Nd4j.create(values, new long[] {ROWS, 3, side, side}, DataType.FLOAT);
        ids = new int[ROWS][WORDS + config.imageTokens()];
        labels = new int[ROWS][ids[0].length];
        for (int b = 0; b < ROWS; b++) {
            for (int t = 0; t < ids[b].length; t++) {
                boolean image = t > 0 && t <= config.imageTokens();
                ids[b][t] = image ? config.imageTokenId() : 1 + random.nextInt(config.decoder().vocabularySize() - 2);
                labels[b][t] = t > config.imageTokens() + WORDS / 2 ? ids[b][t] : LossGraph.IGNORED;
            }
        }
    }

    /** @param features of the four pictures, [4*P, Dv] */
    Prompt prompt(INDArray features) {
        boolean[][] attends = new boolean[ROWS][ids[0].length];
        for (boolean[] row : attends) {
            Arrays.fill(row, true);
        }
        return new Prompt(ids, attends, features);
    }
}
