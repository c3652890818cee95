package llava4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A base and its adapter become one model. */
@Command(name = "merge-lora", mixinStandardHelpOptions = true,
        description = "Put a LoRA adapter into its base's weights, W' = W + s B A, and write the result as a usual model.")
final class MergeLoraCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model directory to write.")
    private Path out;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (model.adapter == null) {
            throw new ParameterException(spec.commandLine(), "--adapter is missing: which adapter is to be merged?");
        }
        if (Files.exists(out) && Files.exists(model.model) && Files.isSameFile(out, model.model)) {
            throw UserError.of("--out %s: is the base: choose another place, so that the base is kept", out);
        }
        OutputFolder.forModel(out);
        Llava merged = model.open();
        merged.save(out);
        System.out.printf(Locale.ROOT, "%s with %s merged into it: model in %s%n", model.model, model.adapter, out);
        return 0;
    }
}
