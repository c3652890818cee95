package llava4j.plan;

import llava4j.execution.Threads;
import llava4j.language.DecoderConfig;

/**
 * What of a training run decides the memory that it needs.
 *
 * @param stage       1 or 2
 * @param rows        samples that are run at a time: the batch, or a micro-batch of it
 * @param inPieces    whether these are less than the batch, whose gradients are then added up in arrays of their own
 * @param length      tokens of each, the picture's among them
 * @param recompute   whether activations are computed a second time rather than kept
 * @param loraRank    r of low-rank paths that learn in place of f, or 0
 * @param sixteenBits whether weights that do not learn stay in the 16 bits of their file
 * @param parts       that the rows are split into, each with gradients of its own
 */
public record TrainingRun(int stage, int rows, boolean inPieces, int length, boolean recompute, int loraRank,
                          boolean sixteenBits, int parts) {

    /**
     * {@return a run of whole batches, all of it in float32, split as {@link Threads#parts(int, int)} splits it here}
     *
     * @param decoder whose width decides the split
     * @param stage   1 or 2
     * @param rows    samples a step
     * @param length  tokens of each, the picture's among them
     */
    public static TrainingRun of(DecoderConfig decoder, int stage, int rows, int length) {
        return new TrainingRun(stage, rows, false, length, false, 0, false, Threads.parts(decoder.hiddenSize(), rows));
    }

    /**
     * {@return the same run with other rows at a time}
     *
     * @param decoder whose width decides the split
     * @param batch   samples a step
     * @param most    rows at a time
     * @param equal   parts that these are split into, at most; 0: as it suits this machine
     */
    public TrainingRun inPieces(DecoderConfig decoder, int batch, int most, int equal) {
        int some = Math.min(batch, most);
        return new TrainingRun(stage, some, some < batch, length, recompute, loraRank, sixteenBits,
                Threads.split(decoder.hiddenSize(), some, equal).parts());
    }
}
