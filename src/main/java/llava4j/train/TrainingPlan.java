package llava4j.train;

/**
 * The numbers that describe one training run.
 *
 * @param steps        optimiser steps
 * @param batch        most samples a step
 * @param learningRate the schedule's peak
 * @param warmUp       share of the steps in which the rate climbs (the paper: 0.03)
 * @param beta1        Adam's decay of the mean gradient
 * @param beta2        Adam's decay of the mean squared gradient
 * @param weightDecay  λ of AdamW (the paper: 0)
 * @param clip         largest length of the whole gradient
 * @param seed         of the order in which samples are seen
 * @param microBatch   most rows that are run at a time; a batch of more is run in pieces, one after another
 * @param recompute    whether activations are computed a second time rather than kept; the result is the same to the bit
 */
public record TrainingPlan(int steps, int batch, double learningRate, double warmUp, double beta1, double beta2,
                           double weightDecay, double clip, long seed, int microBatch, boolean recompute) {

    /**
     * A run whose batches are run whole.
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
        this(steps, batch, learningRate, warmUp, beta1, beta2, weightDecay, clip, seed, batch, false);
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
