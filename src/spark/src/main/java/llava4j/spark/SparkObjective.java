package llava4j.spark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.Llava;
import llava4j.data.ConversationIterator;
import llava4j.error.UserError;
import llava4j.execution.Threads;
import llava4j.model.LossGraph;
import llava4j.train.GradientSum;
import llava4j.train.Objective;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Loss and gradient of a step, its parts computed by Spark's executors: the weights go out by broadcast, the parts' gradients come
 * back and are added here, in the order of the parts. Clipping, Adam, saving and resuming stay as they are, on the driver.
 *
 * <p>L = Σ n_k L_k / Σ n_k with n_k scored tokens in part k, and the gradient likewise: the rule of
 * {@link llava4j.train.ParallelLoss}, part for part, so that the weights in the end are those of one machine with the same
 * {@code --parts}, bit for bit, however many executors there are. What one would get wrong: Spark's treeAggregate adds in the order
 * of arrival, and floating-point sums in another order are other sums. Tasks are plain ones: in barrier mode a lost executor fails
 * the whole job, and its allGather takes a second a step at any size, since Spark sleeps that long there.
 */
final class SparkObjective implements Objective {

    private final JavaSparkContext spark;
    private final Replica.Settings settings;
    private final Llava model;
    private final ConversationIterator batches;
    private final int parts;
    private final List<String> trained;
    private final GradientSum sum = new GradientSum();
    private final Map<String, INDArray> total = new LinkedHashMap<>();
    private final Map<String, INDArray> part = new LinkedHashMap<>();

    SparkObjective(JavaSparkContext spark, Replica.Settings settings, Llava model, ConversationIterator batches, int parts) {
        this.spark = spark;
        this.settings = settings;
        this.model = model;
        this.batches = batches;
        this.parts = parts;
        this.trained = settings.stage().trainedNames(model);
    }

    @Override
    public Step at(int step) {
        ConversationIterator.Rows batch = batches.rows(step);
        List<PartOfStep> cut = PartOfStep.cut(step, batch, Threads.equal(batch.ids().length, parts));
        Replica.Settings of = settings;
        Broadcast<byte[]> weights = spark.broadcast(Floats.of(trained, model.weights()));
        List<PartGradient> all;
        try {
            all = Told.results(spark.parallelize(cut, cut.size())
                    .map(rows -> Told.of(() -> Replica.of(of).gradient(rows, weights))).collect());
        } finally {
            weights.destroy();
        }
        long supervised = all.stream().mapToLong(PartGradient::supervised).sum();
        if (supervised == 0) {
            throw new UserError("no token of the batch is supervised: every label is masked, the loss would be empty");
        }
        double loss = 0;
        boolean first = true;
        for (PartGradient one : all) {
            if (one.supervised() > 0) {                                     // rows of padding: their share is 0
                Map<String, INDArray> gradients = arrays(first ? total : part, one);
                Floats.into(one.numbers(), one.names(), gradients);
                loss += sum.add(total, new LossGraph.Gradients(one.loss(), one.supervised(), gradients), supervised);
                first = false;
            }
        }
        int tokens = Arrays.stream(batch.mask()).flatMapToInt(Arrays::stream).sum();
        return new Step(loss, total, batch.samples(), tokens);
    }

    /** Made at the first step and kept: each in the order of memory that it has in the process where it was computed. */
    private Map<String, INDArray> arrays(Map<String, INDArray> kept, PartGradient like) {
        for (int i = 0; kept.size() < like.names().size(); i++) {
            String name = like.names().get(i);
            kept.put(name, Nd4j.createUninitialized(DataType.FLOAT, model.weights().get(name).shape(), like.orders().charAt(i)));
        }
        return kept;
    }
}
