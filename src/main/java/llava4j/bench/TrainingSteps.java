package llava4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.model.LossGraph;
import llava4j.train.AdamW;
import llava4j.train.GradientClip;
import llava4j.train.ParallelLoss;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One stage of training that is under way: gradient, clip, Adam, as {@link llava4j.train.Trainer} does it. */
final class TrainingSteps {

    static final double LEARNING_RATE = 1e-4;

    private final Workload work;
    private final int stage;
    private final ParallelLoss loss;
    private final AdamW optimizer;

    /** @param stage 1 or 2 */
    TrainingSteps(Workload work, int stage) {
        this.work = work;
        this.stage = stage;
        loss = new ParallelLoss(work.config(), work.weights(), work.batch(stage).ids().length, Stage.of(stage).trained(),
                true);
        Map<String, INDArray> learns = new LinkedHashMap<>();
        loss.trained().forEach(name -> learns.put(name, work.weights().get(name)));
        optimizer = new AdamW(learns, 0.9, 0.98, 0);
    }

    int stage() {
        return stage;
    }

    /** Memory for activations and gradients; see {@link ParallelLoss#bytes}. */
    long bytes() {
        return loss.bytes();
    }

    /** A step on the stage's own batch; see {@link #step(INDArray, Workload.Batch)}. */
    double step(INDArray features) {
        return step(features, work.batch(stage));
    }

    /**
     * Changes the workload's weights.
     *
     * @param features [B*P, Dv] of the batch's pictures
     * @return the loss before
     */
    double step(INDArray features, Workload.Batch batch) {
        LossGraph.Gradients result = loss.gradients(batch.prompt(features), batch.labels());
        GradientClip.clip(result.byName(), 1.0);
        optimizer.step(result.byName(), LEARNING_RATE);
        return result.loss();
    }
}
