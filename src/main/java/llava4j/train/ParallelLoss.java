package llava4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.Supplier;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.execution.Awaited;
import llava4j.execution.NativeMemory;
import llava4j.execution.Threads;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss and gradient of a batch, its rows shared out among the processor's cores.
 *
 * <p>With n_k scored tokens in part k, L = Σ n_k L_k / Σ n_k, and the gradient likewise: the loss is a mean over tokens,
 * so the parts' means are weighted by their tokens. What one would get wrong: the plain mean of the parts' gradients
 * gives a token more weight the fewer stand beside it.
 *
 * <p>Every part has a graph and a thread of its own; the weights are shared, since a step only reads them. Operations
 * are not split among threads, their rows are ({@link Threads}). Which rows make a part depends on the
 * number of parts alone, and the parts are added in one order, so a run repeats bit for bit on every machine that is told
 * the same number; if it is told none, on every machine with as many cores.
 */
public final class ParallelLoss {

    /** Batches of many lengths leave the C library's memory in pieces; it is told now and then to hand back what is free. */
    private static final int BATCHES_BETWEEN_TRIMS = 100;

    private final LlavaConfig config;
    private final int rows;
    private final boolean alone;
    private final Dropout dropout;
    private final List<LossGraph> graphs = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();
    private final GradientSum sums = new GradientSum();
    private int batches;

    /**
     * Builds a graph for each part; a batch always has {@code batch} rows.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; every graph shares the arrays
     * @param batch   B, rows of a whole batch
     * @param trained which parameters get a gradient
     * @param images  false for a decoder that reads words alone
     * @see LossGraph#LossGraph(LlavaConfig, Map, int, Predicate, boolean)
     */
    public ParallelLoss(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                        boolean images) {
        this(config, weights, batch, trained, images, Dropout.NONE, false, 0);
    }

    /**
     * Builds a graph for each part, with dropout before the low-rank paths of an adapter, and with a choice between memory
     * and time.
     *
     * @param config    the model's sizes
     * @param weights   all parameters by name; every graph shares the arrays
     * @param batch     B, rows of a whole batch
     * @param trained   which parameters get a gradient
     * @param images    false for a decoder that reads words alone
     * @param dropout   how much falls out
     * @param recompute whether activations are computed a second time rather than kept
     * @param most      equal parts, at most; 0: as many as there are cores ({@link Threads#split})
     * @see LossGraph#LossGraph(LlavaConfig, Map, int, Predicate, boolean, boolean, boolean)
     */
    public ParallelLoss(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                        boolean images, Dropout dropout, boolean recompute, int most) {
        this.config = config;
        this.dropout = dropout;
        Threads.Split split = Threads.split(config.decoder().hiddenSize(), batch, most);
        this.alone = split.threads() == 1;
        this.rows = batch / split.parts();
        for (int part = 0; part < split.parts(); part++) {
            graphs.add(new LossGraph(config, weights, rows, trained, images, dropout.drops(), recompute));
        }
        for (int core = 0; core < Math.min(split.parts(), Threads.cores()); core++) {
            threads.add(Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "loss of some rows");
                thread.setDaemon(true);
                return thread;
            }));
        }
    }

    /** {@return the names of the parameters that get a gradient} */
    public List<String> trained() {
        return graphs.get(0).trained();
    }

    /**
     * Forward and backward.
     *
     * @param prompt B rows, padded on the right
     * @param labels [B][T] as {@link LossGraph#gradients} takes them
     * @return the loss and gradient of the whole batch, arrays that the next call writes over
     */
    public LossGraph.Gradients gradients(Prompt prompt, int[][] labels) {
        return gradients(prompt, labels, 0, 0);
    }

    /**
     * Forward and backward in one step of a run.
     *
     * @param prompt B rows, padded on the right
     * @param labels [B][T] as {@link LossGraph#gradients} takes them
     * @param step     counted from 0; with the row it decides what falls out
     * @param firstRow which row of the whole batch the first of these is
     * @return the loss and gradient of the whole batch, arrays that the next call writes over
     */
    public LossGraph.Gradients gradients(Prompt prompt, int[][] labels, int step, int firstRow) {
        List<Future<LossGraph.Gradients>> running = new ArrayList<>();
        for (int part = 0; part < graphs.size(); part++) {
            LossGraph graph = graphs.get(part);
            Prompt own = prompt.rows(part * rows, (part + 1) * rows, config);
            int[][] ownLabels = Arrays.stream(labels, part * rows, (part + 1) * rows)
                    .map(row -> Arrays.copyOf(row, own.length())).toArray(int[][]::new);
            if (LossGraph.scored(ownLabels) == 0) {
                continue;                                           // rows of padding: their share is 0
            }
            Dropout.Draw draw = new Dropout.Draw(dropout, step, firstRow + part * rows);
            Supplier<LossGraph.Gradients> work = () -> {
                LossGraph.Gradients gradients = graph.gradients(own, ownLabels, draw);
                Nd4j.getExecutioner().commit();     // a GPU works on after the call, and another thread reads next
                return gradients;
            };
            running.add(threads.get(part % threads.size()).submit(() -> alone ? Threads.alone(work) : work.get()));
        }
        if (running.isEmpty()) {
            throw new UserError("no token of the batch is supervised: every label is masked, the loss would be empty");
        }
        List<LossGraph.Gradients> parts = new ArrayList<>();
        for (Future<LossGraph.Gradients> part : running) {
            parts.add(Awaited.result(part));
        }
        if (++batches % BATCHES_BETWEEN_TRIMS == 0) {
            NativeMemory.trim();
        }
        return sum(parts);
    }

    /** {@return bytes that all parts keep for activations and gradients, once {@link #gradients} has run} */
    public long bytes() {
        return graphs.stream().mapToLong(LossGraph::bytes).sum();
    }

    private LossGraph.Gradients sum(List<LossGraph.Gradients> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        long all = parts.stream().mapToLong(LossGraph.Gradients::supervised).sum();
        double loss = 0;
        Map<String, INDArray> total = parts.get(0).byName();
        for (LossGraph.Gradients part : parts) {
            loss += sums.add(total, part, all);
        }
        return new LossGraph.Gradients(loss, all, total);
    }
}
