package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import llava4j.error.UserError;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The tuned tiny model that lies in the repository, so that one can talk before one trains: the default of {@code --model} in
 * the commands that talk.
 *
 * <p>W and the decoder are the main job's, bit for bit; the encoder is the one that the main job begins from.
 */
final class ShippedModel implements IDefaultValueProvider {

    /** W and decoder. */
    static final Path DIRECTORY = Path.of("tiny-data", "pretrained", "llava");
    /** The encoder, which no stage changes. */
    static final Path ENCODER = Path.of("tiny-data", "pretrained", "clip");

    @Override
    public String defaultValue(ArgSpec argument) {
        return argument.isOption() && ((OptionSpec) argument).longestName().equals("--model") ? DIRECTORY.toString() : null;
    }

    /** {@return where the encoder of a model lies, if it is the shipped one} */
    static Optional<Path> encoderOf(Path model) {
        return model.endsWith(DIRECTORY) ? Optional.of(model.resolveSibling(ENCODER.getFileName())) : Optional.empty();
    }

    /** Says what to do where the shipped model is not. */
    static void requireThere(Path model) {
        if (model.equals(DIRECTORY) && !Files.isDirectory(model)) {
            throw UserError.of("%s: the shipped model is not here: run in the project's folder, or name a model with --model DIR",
                    model);
        }
    }
}
