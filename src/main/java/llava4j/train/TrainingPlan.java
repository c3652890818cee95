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
 * @param projectorRate the peak for the projector, which may learn at a rate of its own beside LoRA (LLaVA 1.5: a tenth)
 * @param loraDropout   share of the input of an adapter's low-rank paths that falls out
 * @param microBatch    most rows that are run at a time; a batch of more is run in pieces, one after another
 * @param recompute     whether activations are computed a second time rather than kept; the result is the same to the bit
 */
public record TrainingPlan(int steps, int batch, double learningRate, double warmUp, double beta1, double beta2,
                           double weightDecay, double clip, long seed, double projectorRate, double loraDropout,
                           int microBatch, boolean recompute) {

    /**
     * A run in which everything learns at one rate, nothing falls out, and batches are run whole.
     *
     * @param steps        optimiser steps
     * @param batch        most samples a step
     * @param learningRate the schedule's peak
     * @param warmUp       share of the steps in which the rate climbs
     * @param beta1        Adam's decay of the mean gradient
     * @param beta2        Adam's decay of the mean squared gradient
     * @param weightDecay  λ of AdamW
     * @param clip         largest length of the whole gradient
     * @param seed         of the order in which samples are seen
     */
    public TrainingPlan(int steps, int batch, double learningRate, double warmUp, double beta1, double beta2,
                        double weightDecay, double clip, long seed) {
        this(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, learningRate, 0, batch, false);
    }

    /**
     * {@return the same run with LoRA's two settings}
     *
     * @param rate    the projector's peak rate
     * @param dropout share of the low-rank paths' input that falls out
     */
    public TrainingPlan withLora(double rate, double dropout) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, rate, dropout,
                microBatch, recompute);
    }

    /**
     * {@return the same run with less memory at a time}
     *
     * @param rows rows that are run at a time
     * @param anew whether activations are computed a second time rather than kept
     */
    public TrainingPlan withMemory(int rows, boolean anew) {
        return new TrainingPlan(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, projectorRate,
                loraDropout, rows, anew);
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
