package llava4j.train;

/**
 * What describes one training run.
 *
 * @param steps         optimiser steps
 * @param batch         most samples a step
 * @param learningRate  the schedule's peak
 * @param warmUp        share of the steps in which the rate climbs (the paper: 0.03)
 * @param beta1         Adam's decay of the mean gradient
 * @param beta2         Adam's decay of the mean squared gradient
 * @param weightDecay   λ of AdamW (the paper: 0)
 * @param clip          largest length of the whole gradient
 * @param seed          of the order in which samples are seen, and of what falls out
 * @param projectorRate the peak for the projector, which may learn at a rate of its own (LLaVA 1.5 beside LoRA: a tenth)
 * @param loraDropout   share of the input of an adapter's low-rank paths that falls out
 * @param microBatch    most rows that are run at a time; a batch of more is run in pieces, one after another
 * @param recompute     whether activations are computed a second time rather than kept; the result is the same to the bit
 * @param parts         equal parts, at most, that rows are split into, whose sums are added in one order; 0: as many as there are
 *                      cores
 */
public record TrainingPlan(int steps, int batch, double learningRate, double warmUp, double beta1, double beta2,
                           double weightDecay, double clip, long seed, double projectorRate, double loraDropout,
                           int microBatch, boolean recompute, int parts) {

    /**
     * {@return a run with the paper's settings, in batches of 32 at a rate of 1e-3: 3 % of the steps to warm up, no weight decay,
     * gradients clipped at 1; everything learns at one rate, nothing falls out, batches are run whole}
     *
     * @param steps optimiser steps
     */
    public static TrainingPlan ofSteps(int steps) {
        return new TrainingPlan(steps, 32, 1e-3, 0.03, 0.9, 0.98, 0, 1, 0, 1e-3, 0, 32, false, 0);
    }

    /**
     * {@return the same run in other batches, run whole}
     *
     * @param samples most samples a step
     */
    public TrainingPlan withBatch(int samples) {
        return new TrainingPlan(steps, samples, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, projectorRate,
                loraDropout, samples, recompute, parts);
    }

    /**
     * {@return the same run at another rate, for all that learns}
     *
     * @param peak of the schedule
     */
    public TrainingPlan withLearningRate(double peak) {
        return new TrainingPlan(steps, batch, peak, warmUp, beta1, beta2, weightDecay, clip, seed, peak, loraDropout,
                microBatch, recompute, parts);
    }

    /**
     * {@return the same run with another beginning}
     *
     * @param share of the steps in which the rate climbs
     */
    public TrainingPlan withWarmUp(double share) {
        return new TrainingPlan(steps, batch, learningRate, share, beta1, beta2, weightDecay, clip, seed, projectorRate,
                loraDropout, microBatch, recompute, parts);
    }

    /**
     * {@return the same run with other settings of AdamW}
     *
     * @param first  β₁, decay of the mean gradient
     * @param second β₂, decay of the mean squared gradient
     * @param decay  λ, of the weights
     */
    public TrainingPlan withAdam(double first, double second, double decay) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, first, second, decay, clip, seed, projectorRate,
                loraDropout, microBatch, recompute, parts);
    }

    /**
     * {@return the same run with the samples in another order}
     *
     * @param other of the order, and of what falls out
     */
    public TrainingPlan withSeed(long other) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, other, projectorRate,
                loraDropout, microBatch, recompute, parts);
    }

    /**
     * {@return the same run with LoRA's two settings}
     *
     * @param rate    the projector's peak rate
     * @param dropout share of the low-rank paths' input that falls out
     */
    public TrainingPlan withLora(double rate, double dropout) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, rate, dropout,
                microBatch, recompute, parts);
    }

    /**
     * {@return the same run with a rate of its own for the projector (LLaVA's {@code mm_projector_lr})}
     *
     * @param peak of the projector's schedule
     */
    public TrainingPlan withProjectorRate(double peak) {
        return withLora(peak, loraDropout);
    }

    /**
     * {@return the same run with less memory at a time}
     *
     * @param rows rows that are run at a time
     * @param anew whether activations are computed a second time rather than kept
     */
    public TrainingPlan withMemory(int rows, boolean anew) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, projectorRate,
                loraDropout, rows, anew, parts);
    }

    /**
     * {@return the same run with a result that does not depend on the machine's cores}
     *
     * @param most equal parts that rows are split into, at most; 0: as many as there are cores
     */
    public TrainingPlan withParts(int most) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, projectorRate,
                loraDropout, microBatch, recompute, most);
    }

    /**
     * {@return a parameter's peak rate as a multiple of {@link #learningRate}}
     *
     * @param name the parameter's
     */
    double share(String name) {
        boolean own = projectorRate != learningRate && Stage.FEATURE_ALIGNMENT.trained().test(name);
        return own ? projectorRate / learningRate : 1;
    }

    /** {@return whether a batch is run in pieces} */
    public boolean inPieces() {
        return microBatch < batch;
    }

    /** {@return the learning rate over these steps} */
    public CosineSchedule schedule() {
        return new CosineSchedule(learningRate, steps, warmUp);
    }
}
