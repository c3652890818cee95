package llava4j.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.execution.Schedule;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training objective: the mean negative log-likelihood of the assistant's tokens (paper, equations 2 and 3).
 *
 * <p>p(Xa | Xv, Xinstruct) = Π p(x_i | Xv, Xinstruct,&lt;i, Xa,&lt;i): every token is predicted from all before it, but
 * only the answer's predictions are scored. The row that predicts token t is row t − 1. Logits are computed at those rows
 * alone: the others would be multiplied by zero.
 */
public final class LossGraph {

    /** A label that is not scored, as in PyTorch. */
    public static final int IGNORED = -100;

    private final LlavaConfig config;
    private final boolean images;
    final SameDiff graph;
    private final List<String> trained;
    private final Map<String, Integer> dropoutMasks = new LinkedHashMap<>();
    private final List<String> kept;
    private Schedule forward;
    private Schedule forwardAndBackward;

    /**
     * Builds the graph for batches of one size; lengths are found at run time.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; the graph shares the arrays
     * @param batch   B
     * @param trained which parameters get a gradient: in stage 1 the projector's, in stage 2 the decoder's too
     * @param images  false for a decoder that reads words alone
     */
    public LossGraph(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                     boolean images) {
        this(config, weights, batch, trained, images, false, false);
    }

    /**
     * Builds the graph for batches of one size, with dropout before the low-rank paths of an adapter if there is to be some,
     * and with a choice between memory and time.
     *
     * @param config    the model's sizes
     * @param weights   all parameters by name; the graph shares the arrays
     * @param batch     B
     * @param trained   which parameters get a gradient
     * @param images    false for a decoder that reads words alone
     * @param dropout   whether adapted layers drop inputs out; {@link #gradients(Prompt, int[][], Dropout.Draw)} then says which
     * @param recompute whether a layer's activations are forgotten and computed anew before its backward pass: the same
     *                  gradients, bit for bit, in less memory and more time
     */
    public LossGraph(LlavaConfig config, Map<String, INDArray> weights, int batch, Predicate<String> trained,
                     boolean images, boolean dropout, boolean recompute) {
        this.config = config;
        this.images = images;
        SplicedDecoder spliced = new SplicedDecoder(config, weights, batch, trained, images, dropout);
        graph = spliced.graph;
        kept = recompute ? spliced.output.hidden().stream().map(SDVariable::name).collect(Collectors.toList()) : List.of();
        SDVariable rows = graph.placeHolder("supervised_rows", DataType.INT32, -1);
        SDVariable targets = graph.placeHolder("targets", DataType.INT32, -1);
        SDVariable logits = spliced.logitsAt(rows);                                     // [S, V]
        // −log softmax(logits)[target], [S, V] -> [S] -> scalar
        graph.loss().sparseSoftmaxCrossEntropy(logits, targets).mean().rename("loss");
        graph.setLossVariables("loss");
        graph.variables().stream().filter(v -> v.name().endsWith("." + Dropout.MASK))
                .forEach(v -> dropoutMasks.put(v.name(), (int) v.getShape()[1]));
        this.trained = graph.variables().stream().filter(v -> v.getVariableType() == VariableType.VARIABLE)
                .map(SDVariable::name).collect(Collectors.toList());
    }

    /** {@return the names of the parameters that get a gradient} */
    public List<String> trained() {
        return trained;
    }

    /**
     * The loss of one batch and its gradient with respect to each trained parameter, in the parameter's shape.
     *
     * @param loss       mean over the scored tokens
     * @param supervised number of scored tokens
     * @param byName     gradient of each trained parameter
     */
    public record Gradients(double loss, long supervised, Map<String, INDArray> byName) {
    }

    /**
     * Forward and backward.
     *
     * @param prompt B rows, padded on either side
     * @param labels [B][T] the token's own id where it is scored, {@link #IGNORED} elsewhere
     * @return arrays that the next call writes over
     * @throws UserError if no token is scored
     */
    public Gradients gradients(Prompt prompt, int[][] labels) {
        return gradients(prompt, labels, new Dropout.Draw(Dropout.NONE, 0, 0));
    }

    /**
     * Forward and backward, with some inputs of adapted layers dropped out where the graph was built for it.
     *
     * @param prompt B rows, padded on either side
     * @param labels [B][T] the token's own id where it is scored, {@link #IGNORED} elsewhere
     * @param draw   what falls out
     * @return arrays that the next call writes over
     * @throws UserError if no token is scored
     */
    public Gradients gradients(Prompt prompt, int[][] labels, Dropout.Draw draw) {
        Map<String, INDArray> values = placeholders(prompt, labels);
        dropoutMasks.forEach((name, width) ->
                values.put(name, draw.mask(name, prompt.batch(), prompt.length(), width)));
        if (forwardAndBackward == null) {
            forwardAndBackward = Schedule.ofGradients(graph, List.of("loss"), trained, kept);
        }
        Map<String, INDArray> result = forwardAndBackward.run(values);
        // SameDiff's cross-entropy hands back the gradient of the sum over its rows, whatever is done with its output:
        // the mean's is that divided by their number.
        long rows = values.get("targets").length();
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        trained.forEach(name -> gradients.put(name, result.get(Schedule.gradientOf(graph, name)).divi(rows)));
        return new Gradients(result.get("loss").getDouble(0), rows, gradients);
    }

    /**
     * {@return the mean loss of the scored tokens, by the forward pass alone; of a graph without dropout}
     *
     * @param prompt B rows, padded on either side
     * @param labels [B][T] the token's own id where it is scored, {@link #IGNORED} elsewhere
     * @throws UserError if no token is scored
     */
    public double loss(Prompt prompt, int[][] labels) {
        if (forward == null) {
            forward = new Schedule(graph, List.of("loss"));
        }
        return forward.run(placeholders(prompt, labels)).get("loss").getDouble(0);
    }

    /**
     * Measures the operations of {@link #gradients} from its next call on; {@code null} for no longer.
     *
     * @param clock is told of each operation after it
     */
    public void time(Schedule.Clock clock) {
        forwardAndBackward.time(clock);
    }

    /** {@return bytes that {@link #gradients} keeps for activations and gradients, once it has run} */
    public long bytes() {
        return forwardAndBackward.bytes();
    }

    /**
     * {@return how many tokens are scored}
     *
     * @param labels [B][T] as {@link #gradients} takes them; a row's first token is predicted by nothing
     */
    public static long scored(int[][] labels) {
        return Arrays.stream(labels).mapToLong(row -> Arrays.stream(row).skip(1).filter(label -> label != IGNORED).count()).sum();
    }

    Map<String, INDArray> placeholders(Prompt prompt, int[][] labels) {
        int length = prompt.length();
        // The prediction of token t stands at row t − 1; a row's first token is predicted by nothing.
        int[] scored = IntStream.range(0, prompt.batch() * length)
                .filter(i -> i % length > 0 && labels[i / length][i % length] != IGNORED).toArray();
        if (scored.length == 0) {
            throw new UserError("no token of the batch is supervised: every label is masked, the loss would be empty");
        }
        Map<String, INDArray> values = new HashMap<>(prompt.placeholders(config, images));
        values.put("supervised_rows", Nd4j.createFromArray(IntStream.of(scored).map(i -> i - 1).toArray()));
        values.put("targets", Nd4j.createFromArray(
                IntStream.of(scored).map(i -> labels[i / length][i % length]).toArray()));
        return values;
    }
}
