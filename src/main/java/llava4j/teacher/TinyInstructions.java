package llava4j.teacher;

import java.nio.file.Path;
import java.util.Map;
import llava4j.data.ConversationFile;
import llava4j.error.UserError;
import llava4j.tinyworld.Scene;

/**
 * The instructions of a tiny world: two conversations, a description and two questions of reasoning about each picture.
 *
 * <p>Not the paper's proportion: a loss that is a mean over tokens is ruled by long answers, and a small decoder needs many
 * short questions to learn to look things up.
 */
public final class TinyInstructions {

    private static final Map<InstructionKind, Integer> PER_PICTURE = Map.of(InstructionKind.CONVERSATION, 2,
            InstructionKind.DETAIL, 1, InstructionKind.REASONING, 1);

    private TinyInstructions() {
    }

    /**
     * Writes {@code instructions.json} beside the {@code captions.json} and {@code instances.json} that it is made from.
     *
     * @param directory holds both files
     * @param seed      of what is asked
     * @throws UserError if a reply of the teacher does not stand the checks
     */
    public static void write(Path directory, long seed) {
        InstructionData data = new InstructionData(directory.resolve("captions.json"),
                directory.resolve("instances.json"), Scene.HELD_OUT);
        InstructionData.Made made = data.make(new SamplePlan(PER_PICTURE, true, Integer.MAX_VALUE, seed),
                new RuleTeacher(), 1, (answered, all) -> { });
        if (!made.leftOut().isEmpty()) {
            throw UserError.of("%s: captions and boxes do not tell one scene (%s)", directory, made.leftOut());
        }
        ConversationFile.write(directory.resolve("instructions.json"), made.conversations());
    }
}
