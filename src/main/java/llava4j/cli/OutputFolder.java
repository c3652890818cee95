package llava4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.lora.AdapterDirectory;

/** The folder of {@code --out}: looked at before the work, which may take long, and made once there is something to write. */
final class OutputFolder {

    private OutputFolder() {
    }

    /** For a model: beside an adapter it would be taken for that adapter's base, by transformers too. */
    static void forModel(Path out) {
        WholeFile.requireFolder(out);
        if (AdapterDirectory.is(out)) {
            throw UserError.of("%s: holds a LoRA adapter: choose another --out for the model", out);
        }
    }

    /** For an adapter: beside a model it would be laid onto that model whenever transformers opens it. */
    static void forAdapter(Path out) {
        WholeFile.requireFolder(out);
        if (ModelDirectory.hasWeights(out)) {
            throw UserError.of("%s: holds a model: choose another --out for the adapter", out);
        }
    }

    /**
     * For a model that is trained from another: Windows replaces no file that is in use, as 16-bit weights are that stay where
     * they lie; this would show after the last step.
     *
     * @param system name of the operating system
     */
    static void canBeReplaced(Path out, ModelOptions model, String system) {
        try {
            if (system.startsWith("Windows") && model.weights == ModelOptions.WeightForm.AS_STORED && Files.exists(out)
                    && Files.isSameFile(out, model.model)) {
                throw UserError.of("%s: is the model that is being read, and Windows replaces no file that is in use: choose "
                        + "another --out, or add --weights float32", out);
            }
        } catch (IOException e) {
            throw new UserError(out + ": cannot be looked at: choose another --out", e);
        }
    }
}
