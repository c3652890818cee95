package llava4j.cli;

import llava4j.error.UserError;
import llava4j.execution.Precision;
import picocli.CommandLine.Option;

/** In which precision a command that answers multiplies. */
final class AnswerPrecisionOption {

    @Option(names = "--bf16",
            description = "Weights that are stored in bfloat16 multiply features that are rounded to it, as transformers does with "
                    + "such a model: a token takes about half the time. Needs a build with -Pbf16.")
    private boolean bf16;

    /**
     * Holds for the model that is opened next.
     *
     * @throws UserError if the weights are to be widened, or the build has no library for it
     */
    void choose(ModelOptions model) {
        if (bf16 && model.weights == ModelOptions.WeightForm.FLOAT32) {
            throw new UserError("--bf16 and --weights float32 exclude each other: the weights would no longer be stored in 16 bits");
        }
        Precision.ofAnswers(bf16 ? Precision.BFLOAT16 : Precision.FLOAT32);
    }
}
