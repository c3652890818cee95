package llava4j.cli;

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
}
