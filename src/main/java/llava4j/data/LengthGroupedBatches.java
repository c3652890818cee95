package llava4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which samples stand in which step: shuffled anew each epoch, yet with samples of like length together, since a batch is
 * padded to its longest.
 *
 * <p>Each epoch shuffles all samples, sorts them by length within pieces of sixteen batches, cuts the pieces into batches
 * and shuffles those. The order is a function of seed and epoch alone, so step t of a resumed run is step t of an unbroken
 * one. Those that fill no batch, any samples of the shuffled order, are the epoch's last step or none ({@link LastBatch}).
 */
public final class LengthGroupedBatches {

    private static final int BATCHES_A_PIECE = 16;

    private final int[] lengths;
    private final int batch;
    private final LastBatch last;
    private final long seed;
    private final int wholeBatches;
    private final int stepsAnEpoch;
    private int epoch = -1;
    private List<int[]> order;

    /**
     * An order for samples of given lengths.
     *
     * @param lengths tokens of each sample
     * @param batch   samples a step
     * @param last    what becomes of samples that do not fill a batch
     * @param seed    of every shuffle
     */
    public LengthGroupedBatches(int[] lengths, int batch, LastBatch last, long seed) {
        this.lengths = lengths;
        this.batch = batch;
        this.last = last;
        this.seed = seed;
        this.wholeBatches = last == LastBatch.KEPT ? lengths.length / batch : Math.max(1, lengths.length / batch);
        this.stepsAnEpoch = wholeBatches + (wholeBatches * (long) batch < lengths.length && last == LastBatch.KEPT ? 1 : 0);
    }

    /** {@return steps in which every sample is seen once; where the last batch is dropped, all but those of it} */
    public int stepsAnEpoch() {
        return stepsAnEpoch;
    }

    /**
     * {@return the samples of one step, as places in {@code lengths}}
     *
     * @param step counted from 0 over all epochs
     */
    public int[] at(int step) {
        if (step / stepsAnEpoch != epoch) {
            epoch = step / stepsAnEpoch;
            order = shuffled(new Random(seed * 1_000_003L + epoch));
        }
        return order.get(step % stepsAnEpoch);
    }

    private List<int[]> shuffled(Random random) {
        List<Integer> samples = IntStream.range(0, lengths.length).boxed().collect(Collectors.toList());
        Collections.shuffle(samples, random);
        int used = wholeBatches * batch;
        List<Integer> full = new ArrayList<>(samples);
        while (full.size() < used) {
            full.addAll(samples);
        }
        List<int[]> batches = new ArrayList<>();
        for (int first = 0; first < wholeBatches; first += BATCHES_A_PIECE) {
            List<Integer> piece = full.subList(first * batch, Math.min(wholeBatches, first + BATCHES_A_PIECE) * batch);
            piece.sort(Comparator.comparingInt((Integer sample) -> lengths[sample]));
            int[] sorted = piece.stream().mapToInt(Integer::intValue).toArray();
            for (int i = 0; i < sorted.length; i += batch) {
                batches.add(Arrays.copyOfRange(sorted, i, i + batch));
            }
        }
        Collections.shuffle(batches, random);
        if (last == LastBatch.KEPT && used < lengths.length) {
            batches.add(samples.subList(used, lengths.length).stream().mapToInt(Integer::intValue).toArray());
        }
        return batches;
    }
}
