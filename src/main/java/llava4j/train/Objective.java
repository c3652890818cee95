package llava4j.train;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a run minimises: the samples of step t, their loss and its gradient.
 *
 * <p>The samples must be a function of the step alone (and of the seed): a run that is killed and resumed at step t then
 * sees what it would have seen.
 */
@FunctionalInterface
public interface Objective {

    /**
     * {@return loss and gradient of the samples of one step}
     *
     * @param step counted from 0
     */
    Step at(int step);

    /**
     * @param loss      mean over the supervised tokens
     * @param gradients of each trained parameter, by name
     * @param sampleIds names of the samples, for messages
     * @param tokens    real tokens in the batch
     */
    record Step(double loss, Map<String, INDArray> gradients, List<String> sampleIds, int tokens) {
    }
}
