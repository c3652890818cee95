package llava4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import llava4j.lora.FreshAdapter;
import llava4j.model.LossGraph;
import llava4j.train.AdamW;
import llava4j.train.GradientClip;
import llava4j.train.ParallelLoss;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One stage of training that is under way: gradient, clip, Adam, as {@link llava4j.train.Trainer} does it. */
final class TrainingSteps {

    static final double LEARNING_RATE = 1e-4;
    private static final int RANK = 32;

    private final Stage stage;
    private final Workload.Batch batch;
    private final ParallelLoss loss;
    private final AdamW optimizer;

    /** @param stage what learns; LoRA's matrices have rank 32, as in the picture book */
    TrainingSteps(Workload work, Stage stage) {
        this.stage = stage;
        batch = work.batch(stage == Stage.FEATURE_ALIGNMENT ? 1 : 2);
        Map<String, INDArray> weights = stage == Stage.LOW_RANK_TUNING ? FreshAdapter.of(work.config().decoder(),
                FreshAdapter.ALL_LINEAR, RANK, 2 * RANK, 0, 0).onto(work.weights()) : work.weights();
        loss = new ParallelLoss(work.config(), weights, batch.ids().length, stage.trained(), true);
        Map<String, INDArray> learns = new LinkedHashMap<>();
        loss.trained().forEach(name -> learns.put(name, weights.get(name)));
        optimizer = new AdamW(learns, 0.9, 0.98, 0);
    }

    Stage stage() {
        return stage;
    }

    /** Memory for activations and gradients; see {@link ParallelLoss#bytes}. */
    long bytes() {
        return loss.bytes();
    }

    /** A step on the stage's own batch; see {@link #step(INDArray, Workload.Batch)}. */
    double step(INDArray features) {
        return step(features, batch);
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
