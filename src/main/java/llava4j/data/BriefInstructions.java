package llava4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;

/**
 * Stage 1 as the paper has it (section 4.2, Table 11): each caption answers one of eleven requests for a brief description,
 * drawn at random, with the picture before the request or after it.
 *
 * <p>The later code drops the request (template {@code plain}). What is drawn depends on the seed and the sample's name
 * alone, so that it is the same in whatever order, and by however many threads, samples are read. A request that the data
 * file brings along is kept: the published 595 K have theirs. What one would get wrong: drawing anew in each epoch, which
 * makes a resumed run another one.
 *
 * @param seed the same seed gives each sample the same request
 */
public record BriefInstructions(long seed) {

    /** The requests, in our own words. */
    public static final List<String> ALL = read();

    /**
     * {@return the sample with its request}
     *
     * @param caption one picture and one answer
     * @throws UserError if it is more than that
     */
    public Conversation asked(Conversation caption) {
        if (caption.turns().size() != 1 || caption.images().size() != 1) {
            throw UserError.of("sample %s: has %d picture(s) and %d question(s), but in stage 1 a sample is one picture and its "
                    + "caption: use it in stage 2", caption.id(), caption.images().size(), caption.turns().size());
        }
        Turn turn = caption.turns().get(0);
        if (!turn.question().isEmpty()) {
            return caption;
        }
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ caption.id().hashCode());
        String request = ALL.get(random.nextInt(ALL.size()));
        String human = random.nextBoolean() ? Conversation.IMAGE + "\n" + request : request + "\n" + Conversation.IMAGE;
        return new Conversation(caption.id(), caption.images(), List.of(new Turn(human, turn.gpt())));
    }

    private static List<String> read() {
        try (InputStream in = BriefInstructions.class.getResourceAsStream("brief-instructions.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
