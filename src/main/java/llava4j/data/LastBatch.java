package llava4j.data;

/**
 * What becomes of the samples of an epoch that do not fill a batch.
 *
 * <p>{@code KEPT} is what the reference code does: the last step of an epoch is a smaller one. {@code DROPPED} is PyTorch's
 * {@code drop_last}: every step has as many samples, and each epoch, shuffled anew, leaves out others. The main job and the
 * ablations, whose plans count steps over many epochs, drop them. What one would get wrong: dropping them in a single epoch
 * leaves samples that are never seen.
 */
public enum LastBatch {
    /** A smaller batch, the last of the epoch; every sample is in one step of it. */
    KEPT,
    /** No batch; with fewer samples than a batch holds, they repeat until it is full. */
    DROPPED
}
