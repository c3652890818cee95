package llava4j.serve;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import llava4j.generate.Memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What was read of the last conversations, so that the next question of one of them is answered without reading it again.
 *
 * <p>The interface has no conversations: every request brings the whole of one. It is the next turn of one that is kept if it
 * is about the same pictures and begins with all that had been asked there. What is found is taken out, so that no two
 * requests ever hold the same memory; the longest unused are forgotten when there are too many. Used by the decoding thread
 * alone.
 */
final class KeptConversations {

    private static final int MOST = 64;
    private static final long MOST_BYTES = 512L << 20;

    /**
     * One conversation.
     *
     * @param pictures fingerprints of its pictures
     * @param features of its pictures, or {@code null}
     * @param memory   what was read
     * @param asked    tokens of its last prompt
     */
    record Kept(List<String> pictures, INDArray features, Memory memory, int asked) {
    }

    private final Deque<Kept> kept = new ArrayDeque<>();
    private long bytes;

    /** The conversation that a prompt goes on with, taken out; {@code null} if it is a new one. */
    Kept take(List<String> pictures, int[] prompt) {
        Kept best = null;
        for (Kept one : kept) {
            if (one.pictures().equals(pictures) && one.memory().sharedWith(prompt) >= one.asked()
                    && (best == null || one.asked() > best.asked())) {
                best = one;
            }
        }
        if (best != null) {
            kept.remove(best);
            bytes -= best.memory().bytes();
        }
        return best;
    }

    void keep(Kept conversation) {
        kept.addFirst(conversation);
        bytes += conversation.memory().bytes();
        while (kept.size() > MOST || bytes > MOST_BYTES && kept.size() > 1) {
            bytes -= kept.removeLast().memory().bytes();
        }
    }
}
