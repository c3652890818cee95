package llava4j.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.error.UserError;
import llava4j.model.LossGraph;
import org.datavec.api.records.reader.RecordReader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of conversations for training, as ND4J's {@link MultiDataSet}.
 *
 * <p>Features: token ids [B, T] and the pictures' encoder features [N*P, Dv]; labels [B, T], −100 where nothing is
 * learned; features mask [B, T], 0 on padding, which is on the right. Metadata: the samples' ids. Every record is
 * tokenised once, on construction, so that a faulty sample stops the run before it starts and not in its second hour.
 *
 * @serial exclude
 */
public final class ConversationIterator implements MultiDataSetIterator {

    private final List<Conversation> conversations = new ArrayList<>();
    private final List<SupervisedTokens> tokens = new ArrayList<>();
    private final FeatureStore features;
    private final LengthGroupedBatches batches;
    private final int padId;
    private MultiDataSetPreProcessor preProcessor;
    private int step;

    /**
     * Reads and tokenises everything.
     *
     * @param records  read to its end, in the form of {@link ConversationRecordReader}
     * @param encoder  writes conversations in the stage's template
     * @param features of the pictures that the records name, or {@code null} if they name none
     * @param batch    samples a step
     * @param last     what becomes of samples that do not fill a batch
     * @param seed     of the order of the samples
     * @param padId    token that fills short rows
     * @param longest  the model's context, in tokens
     * @throws UserError naming the sample that cannot be trained on
     */
    public ConversationIterator(RecordReader records, ConversationEncoder encoder, FeatureStore features, int batch,
                                LastBatch last, long seed, int padId, int longest) {
        while (records.hasNext()) {
            Conversation conversation = ConversationRecordReader.conversation(records.next());
            SupervisedTokens encoded = encoder.encode(conversation);
            if (encoded.ids().length > longest) {
                throw UserError.of("sample %s has %d tokens but the model's context is %d: shorten or split it",
                        conversation.id(), encoded.ids().length, longest);
            }
            conversations.add(conversation);
            tokens.add(encoded);
        }
        if (tokens.isEmpty()) {
            throw new UserError("the data file holds no sample");
        }
        this.features = features;
        this.padId = padId;
        this.batches = new LengthGroupedBatches(tokens.stream().mapToInt(t -> t.ids().length).toArray(), batch, last,
                seed);
    }

    /**
     * {@return the batch of step {@code step}; always the same for the same seed}
     *
     * @param step counted from 0 over all epochs
     */
    public MultiDataSet at(int step) {
        int[] chosen = batches.at(step);
        int length = Arrays.stream(chosen).map(i -> tokens.get(i).ids().length).max().orElseThrow();
        int[][] ids = new int[chosen.length][length];
        int[][] labels = new int[chosen.length][length];
        int[][] mask = new int[chosen.length][length];
        List<String> images = new ArrayList<>();
        for (int b = 0; b < chosen.length; b++) {
            SupervisedTokens sample = tokens.get(chosen[b]);
            int own = sample.ids().length;
            Arrays.fill(ids[b], padId);
            Arrays.fill(labels[b], LossGraph.IGNORED);
            System.arraycopy(sample.ids(), 0, ids[b], 0, own);
            System.arraycopy(sample.labels(), 0, labels[b], 0, own);
            Arrays.fill(mask[b], 0, own, 1);
            images.add(conversations.get(chosen[b]).image());
        }
        INDArray pictures = features == null ? null
                : features.of(images.stream().filter(Objects::nonNull).collect(Collectors.toList()));
        INDArray idArray = Nd4j.createFromArray(ids);
        MultiDataSet set = new org.nd4j.linalg.dataset.MultiDataSet(
                pictures == null ? new INDArray[] {idArray} : new INDArray[] {idArray, pictures},
                new INDArray[] {Nd4j.createFromArray(labels)},
                pictures == null ? new INDArray[] {Nd4j.createFromArray(mask)}
                        : new INDArray[] {Nd4j.createFromArray(mask), null}, null);
        set.setExampleMetaData(Arrays.stream(chosen).mapToObj(i -> (Serializable) conversations.get(i).id())
                .collect(Collectors.toList()));
        if (preProcessor != null) {
            preProcessor.preProcess(set);
        }
        return set;
    }

    /** {@return steps in which every sample is seen once; where the last batch is dropped, all but those of it} */
    public int stepsAnEpoch() {
        return batches.stepsAnEpoch();
    }

    /** {@return the number of samples} */
    public int samples() {
        return tokens.size();
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
