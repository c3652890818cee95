package llava4j.captions;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import llava4j.error.UserError;

/**
 * Reads a file of captions three times, and holds none of them: counts and checks them, finds their noun phrases, writes
 * those to keep.
 *
 * <p>Finding phrases is what takes the time, and is done on all cores; the phrases are counted in the file's order, so that
 * the draws do not depend on the number of cores.
 */
public final class CaptionFilter {

    private static final int BATCH = 2048;

    /**
     * What came out.
     *
     * @param captions that the file has
     * @param phrases  distinct ones in them
     * @param frequent those that are not too rare
     * @param capped   those with more captions than are kept for one
     * @param kept     captions that were written
     */
    public record Result(int captions, int phrases, int frequent, int capped, int kept) {
    }

    private final CaptionFile file;
    private final PhraseBalance balance;
    private final List<String> batch = new ArrayList<>(BATCH);
    private int counted;

    private CaptionFilter(Path data, PhraseBalance balance) {
        file = new CaptionFile(data);
        this.balance = balance;
    }

    /**
     * Writes the captions that the rule keeps.
     *
     * @param data     COCO's captions or LLaVA's conversations
     * @param out      of the same form, replaced if it is there
     * @param balance  the rule, which has seen no caption yet
     * @param progress is told how many captions of how many have been counted
     * @return the counts
     * @throws UserError if the file cannot be read, or nothing would be kept
     */
    public static Result run(Path data, Path out, PhraseBalance balance, BiConsumer<Integer, Integer> progress) {
        CaptionFilter filter = new CaptionFilter(data, balance);
        int captions = filter.check();
        filter.count(captions, progress);
        BitSet kept = balance.kept();
        if (kept.isEmpty()) {
            throw UserError.of("%s: no noun phrase occurs often enough in its %d captions (%d phrases), so nothing would be "
                    + "kept: give a smaller --min-frequency", data, captions, balance.phrases());
        }
        filter.file.write(out, kept);
        return new Result(captions, balance.phrases(), balance.frequentPhrases(), balance.cappedPhrases(),
                kept.cardinality());
    }

    /** Finds what is wrong with the file before anything costly starts, and how many captions it has. */
    private int check() {
        int[] captions = new int[1];
        file.captions(caption -> captions[0]++);
        return captions[0];
    }

    private void count(int captions, BiConsumer<Integer, Integer> progress) {
        file.captions(caption -> {
            batch.add(caption);
            if (batch.size() == BATCH) {
                countBatch();
                progress.accept(counted, captions);
            }
        });
        countBatch();
        progress.accept(counted, captions);
    }

    private void countBatch() {
        List<Set<String>> phrases = batch.parallelStream().map(NounPhrases::of).toList();
        phrases.forEach(said -> balance.add(counted++, said));
        batch.clear();
    }
}
