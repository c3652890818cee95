package llava4j.cli;

import llava4j.execution.Precision;
import picocli.CommandLine.Option;

/** In which precision a command that trains multiplies. */
final class PrecisionOption {

    @Option(names = "--bf16",
            description = "Gradients are computed with products of factors rounded to bfloat16, as the paper's were: several times as "
                    + "fast on processors with tile instructions (Intel's AMX). Needs a build with -Pbf16.")
    private boolean bf16;

    boolean isRounded() {
        return bf16;
    }

    /** Holds for all that is trained from now on. */
    void choose() {
        Precision.ofTraining(bf16 ? Precision.BFLOAT16 : Precision.FLOAT32);
    }
}
