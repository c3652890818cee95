package llava4j.teacher;

import java.util.List;
import java.util.SplittableRandom;
import llava4j.endpoint.Message;

/**
 * One sample to be asked for.
 *
 * @param id      names the sample, as {@code 000002-conversation-1}
 * @param picture what it is about
 * @param kind    which kind of instruction
 * @param seed    of this sample alone, so that it does not depend on which other samples are made
 */
public record Request(String id, AnnotatedPicture picture, InstructionKind kind, long seed) {

    /**
     * @param number   0, 1, … among the samples of this kind about this picture
     * @param numbered whether the name tells the number
     */
    static Request of(AnnotatedPicture picture, InstructionKind kind, int number, boolean numbered, long seed) {
        long mixed = seed;
        // Random's first numbers are alike for seeds that are alike
        for (long part : new long[] {picture.id(), kind.ordinal(), number}) {
            mixed = new SplittableRandom(mixed ^ part).nextLong();
        }
        return new Request(picture.stem() + "-" + kind + (numbered ? "-" + (number + 1) : ""), picture, kind, mixed);
    }

    List<Message> messages() {
        return TeacherPrompt.messages(kind, picture.context(kind.withBoxes));
    }
}
