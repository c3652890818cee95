package llava4j.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.error.UserError;
import llava4j.connector.ProjectorConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The paper's single matrix W in the form that transformers knows, where a projector always has two.
 *
 * <p>linear_2(act(linear_1(x))) = I · (W x + b) + 0 with {@code projector_hidden_act: "linear"}: W is written as
 * {@code linear_1}, followed by the identity. When such a checkpoint is read the identity is taken off again, so that it is
 * neither multiplied with nor trained.
 */
public final class StackedProjector {

    /** The second matrix, which the paper's projector does not have. */
    public static final String WEIGHT = "multi_modal_projector.linear_2.weight";
    /** The paper's W. */
    public static final String FIRST = "multi_modal_projector.linear_1.weight";
    private static final String BIAS = "multi_modal_projector.linear_2.bias";

    private StackedProjector() {
    }

    /** The shapes of the two matrices. */
    static Map<String, long[]> expected(ProjectorConfig linear) {
        return new ProjectorConfig("mlp2x_gelu", linear.inputSize(), linear.outputSize(), linear.bias(), "gelu").shapes();
    }

    /**
     * {@return the weights with the identity added}
     *
     * @param weights with the paper's projector among them
     * @param linear  its sizes
     */
    public static Map<String, INDArray> stack(Map<String, INDArray> weights, ProjectorConfig linear) {
        Map<String, INDArray> stacked = new LinkedHashMap<>(weights);
        stacked.put(WEIGHT, identity(linear.outputSize()));
        if (linear.bias()) {
            stacked.put(BIAS, Nd4j.zeros(DataType.FLOAT, linear.outputSize()));
        }
        return stacked;
    }

    /**
     * Takes the identity off.
     *
     * @param weights   both matrices among them; the second is removed
     * @param directory that they were read from
     * @throws UserError if it is not the identity
     */
    public static void unstack(Map<String, INDArray> weights, Path directory) {
        INDArray second = weights.remove(WEIGHT);
        INDArray bias = weights.remove(BIAS);
        if (largest(second.sub(identity(second.rows()))) != 0 || bias != null && largest(bias) != 0) {
            throw UserError.of("%s: the model's mm_projector_type is linear, but linear_2 is not the identity: it "
                    + "is a projector of two matrices", directory);
        }
    }

    private static INDArray identity(int size) {
        return Nd4j.eye(size).castTo(DataType.FLOAT);
    }

    private static double largest(INDArray array) {
        return array.amaxNumber().doubleValue();
    }
}
