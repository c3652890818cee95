package llava4j.cli;

import java.util.Optional;
import llava4j.data.BriefInstructions;
import picocli.CommandLine.Option;

/**
 * The option that says what the captions of stage 1 answer, shared by the command that trains on them and the one that shows
 * them.
 */
final class InstructionOptions {

    /** What a caption answers. */
    enum Instructions { PLAIN, BRIEF }

    @Option(names = "--instructions", paramLabel = "plain|brief",
            description = "What a caption of stage 1 answers. plain: the picture alone, as in LLaVA's later code (the default of "
                    + "train). brief: one of eleven requests for a short description, drawn for each sample, as in the paper; in "
                    + "the model's own template.")
    private Instructions instructions;

    /** Whether either was asked for. */
    boolean given() {
        return instructions != null;
    }

    /** Whether captions answer brief requests. */
    boolean areBrief() {
        return instructions == Instructions.BRIEF;
    }

    /** The requests that captions answer, if they answer any. */
    Optional<BriefInstructions> brief(long seed) {
        return areBrief() ? Optional.of(new BriefInstructions(seed)) : Optional.empty();
    }
}
