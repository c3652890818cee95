package llava4j.train;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a run needs to continue as if it had never stopped.
 *
 * @param step    steps done
 * @param weights trained parameters, by name
 * @param moments Adam's m and v, as {@code m.NAME} and {@code v.NAME}
 */
public record TrainingState(int step, Map<String, INDArray> weights, Map<String, INDArray> moments) {
}
