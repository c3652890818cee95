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
 * one. The last samples of an epoch that fill no batch wait for a later one.
 */
public final class LengthGroupedBatches {

    private static final int BATCHES_A_PIECE = 16;

    private final int[] lengths;
    private final int batch;
    private final long seed;
    private final int stepsAnEpoch;
    private int epoch = -1;
    private List<int[]> order;

    /**
     * An order for samples of given lengths.
     *
     * @param lengths tokens of each sample
     * @param batch   samples a step; with fewer samples than that, samples repeat
     * @param seed    of every shuffle
     */
    public LengthGroupedBatches(int[] lengths, int batch, long seed) {
        this.lengths = lengths;
        this.batch = batch;
        this.seed = seed;
        this.stepsAnEpoch = Math.max(1, lengths.length / batch);
    }

    /** {@return steps in which every sample is seen once, but for a last part of a batch} */
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
        int used = stepsAnEpoch * batch;
        List<Integer> full = new ArrayList<>(samples);
        while (full.size() < used) {
            full.addAll(samples);
        }
        List<int[]> batches = new ArrayList<>();
        for (int start = 0; start < used; start += BATCHES_A_PIECE * batch) {
            List<Integer> piece = full.subList(start, Math.min(used, start + BATCHES_A_PIECE * batch));
            piece.sort(Comparator.comparingInt((Integer sample) -> lengths[sample]));
            int[] sorted = piece.stream().mapToInt(Integer::intValue).toArray();
            for (int i = 0; i < sorted.length; i += batch) {
                batches.add(Arrays.copyOfRange(sorted, i, i + batch));
            }
        }
        Collections.shuffle(batches, random);
        return batches;
    }
}
