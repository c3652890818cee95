package llava4j.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import llava4j.conversation.SupervisedTokens;
import llava4j.model.LossGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of conversations for training, as ND4J's {@link MultiDataSet}.
 *
 * <p>Features: token ids [B, T] and the pictures' encoder features [N*P, Dv]; labels [B, T], −100 where nothing is
 * learned; features mask [B, T], 0 on padding, which is on the right. Metadata: the samples' ids. The samples have been
 * checked before ({@link SampleCheck}): a faulty one stops the run before it starts and not in its second hour.
 *
 * @serial exclude
 */
public final class ConversationIterator implements MultiDataSetIterator {

    private final TrainingSet set;
    private final FeatureStore features;
    private final LengthGroupedBatches batches;
    private final int padId;
    private MultiDataSetPreProcessor preProcessor;
    private int step;

    /**
     * The batches of a set.
     *
     * @param set      samples that can be trained on
     * @param features of the pictures that they name, or {@code null} if they name none
     * @param batch    samples a step
     * @param last     what becomes of samples that do not fill a batch
     * @param seed     of the order of the samples
     * @param padId    token that fills short rows
     */
    public ConversationIterator(TrainingSet set, FeatureStore features, int batch, LastBatch last,
                                long seed, int padId) {
        this.set = set;
        this.features = features;
        this.padId = padId;
        this.batches = new LengthGroupedBatches(set.lengths(), batch, last, seed);
    }

    /**
     * A batch whose pictures are named and not yet looked up.
     *
     * @param samples [B] names of the samples
     * @param ids     [B][T] token ids, padded on the right
     * @param labels  [B][T] −100 where nothing is learned
     * @param mask    [B][T] 0 on padding
     * @param images  [B] file names of each row's pictures, in the order in which they stand in it
     */
    public record Rows(List<String> samples, int[][] ids, int[][] labels, int[][] mask, List<List<String>> images) {
    }

    /**
     * {@return the rows of step {@code step}; always the same for the same seed}
     *
     * @param step counted from 0 over all epochs
     */
    public Rows rows(int step) {
        int[] chosen = batches.at(step);
        List<SupervisedTokens> samples = Arrays.stream(chosen).mapToObj(set::tokens).collect(Collectors.toList());
        int length = samples.stream().mapToInt(sample -> sample.ids().length).max().orElseThrow();
        int[][] ids = new int[chosen.length][length];
        int[][] labels = new int[chosen.length][length];
        int[][] mask = new int[chosen.length][length];
        for (int b = 0; b < chosen.length; b++) {
            SupervisedTokens sample = samples.get(b);
            int own = sample.ids().length;
            Arrays.fill(ids[b], padId);
            Arrays.fill(labels[b], LossGraph.IGNORED);
            System.arraycopy(sample.ids(), 0, ids[b], 0, own);
            System.arraycopy(sample.labels(), 0, labels[b], 0, own);
            Arrays.fill(mask[b], 0, own, 1);
        }
        return new Rows(Arrays.stream(chosen).mapToObj(set::id).toList(), ids, labels, mask,
                Arrays.stream(chosen).mapToObj(set::images).toList());
    }

    /**
     * {@return the batch of step {@code step}; always the same for the same seed}
     *
     * @param step counted from 0 over all epochs
     */
    public MultiDataSet at(int step) {
        Rows rows = rows(step);
        INDArray pictures = features == null ? null : features.of(rows.images().stream().flatMap(List::stream).toList());
        INDArray idArray = Nd4j.createFromArray(rows.ids());
        MultiDataSet batch = new org.nd4j.linalg.dataset.MultiDataSet(
                pictures == null ? new INDArray[] {idArray} : new INDArray[] {idArray, pictures},
                new INDArray[] {Nd4j.createFromArray(rows.labels())},
                pictures == null ? new INDArray[] {Nd4j.createFromArray(rows.mask())}
                        : new INDArray[] {Nd4j.createFromArray(rows.mask()), null}, null);
        batch.setExampleMetaData(rows.samples().stream().map(name -> (Serializable) name).collect(Collectors.toList()));
        if (preProcessor != null) {
            preProcessor.preProcess(batch);
        }
        return batch;
    }

    /**
     * Says that a step comes next, so that its pictures' features can be got ready while another is at work.
     *
     * @param step as {@link #at} is going to be given it
     */
    public void expect(int step) {
        if (features != null) {
            features.expect(images(batches.at(step)));
        }
    }

    private List<String> images(int[] chosen) {
        return Arrays.stream(chosen).mapToObj(set::images).flatMap(List::stream).collect(Collectors.toList());
    }

    /** {@return steps in which every sample is seen once; where the last batch is dropped, all but those of it} */
    public int stepsAnEpoch() {
        return batches.stepsAnEpoch();
    }

    /** {@return the number of samples} */
    public int samples() {
        return set.samples();
    }

    @Override
    public MultiDataSet next() {
        return at(step++);
    }

    /** @throws UnsupportedOperationException always: the batch size is part of the order */
    @Override
    public MultiDataSet next(int samples) {
        throw new UnsupportedOperationException("the batch size is given on construction");
    }

    /** Always true: one epoch follows another. */
    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public void reset() {
        step = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return false;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
