package llava4j.pretrain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.conversation.SupervisedTokens;

/**
 * Texts drawn anew for each step and never twice, in groups of eight batches with like lengths together: a batch is padded to
 * its longest text.
 */
final class GroupedTexts {

    private static final int BATCHES_A_GROUP = 8;

    /** Draws a text. */
    interface Source {
        /**
         * {@return one text}
         *
         * @param random where it is drawn from
         * @param step   the first of its group: a source may go from easy to hard
         */
        SupervisedTokens draw(Random random, int step);
    }

    private final Source source;
    private final int batch;
    private final long seed;
    private int group = -1;
    private List<List<SupervisedTokens>> batches;

    GroupedTexts(Source source, int batch, long seed) {
        this.source = source;
        this.batch = batch;
        this.seed = seed;
    }

    /** The texts of one step, a function of step and seed alone. */
    List<SupervisedTokens> at(int step) {
        if (step / BATCHES_A_GROUP != group) {
            group = step / BATCHES_A_GROUP;
            Random random = new Random(seed * 1_000_003L + group);
            List<SupervisedTokens> samples = IntStream.range(0, BATCHES_A_GROUP * batch)
                    .mapToObj(i -> source.draw(random, group * BATCHES_A_GROUP))
                    .sorted(Comparator.comparingInt(s -> s.ids().length)).collect(Collectors.toList());
            batches = new ArrayList<>();
            for (int i = 0; i < BATCHES_A_GROUP; i++) {
                batches.add(samples.subList(i * batch, (i + 1) * batch));
            }
            Collections.shuffle(batches, random);
        }
        return batches.get(step % BATCHES_A_GROUP);
    }
}
