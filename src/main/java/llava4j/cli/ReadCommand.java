package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.checkpoint.ModelDirectory;
import llava4j.error.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A command line that is read and not run: with it a process that works for another one opens the same model in the same way.
 */
public final class ReadCommand {

    private final ParseResult command;

    private ReadCommand(ParseResult command) {
        this.command = command;
    }

    /**
     * Reads a command line.
     *
     * @param folder    the working directory in which it was given, from which its paths lead
     * @param arguments a command and its options
     * @return what was read; empty if it is wrong, or asks for help: who runs it is told
     */
    public static Optional<ReadCommand> of(Path folder, List<String> arguments) {
        CommandLine line = Main.line(new Main()).registerConverter(Path.class, folder::resolve);
        try {
            ParseResult result = line.parseArgs(arguments.toArray(String[]::new));
            return result.hasSubcommand() && !result.subcommand().isUsageHelpRequested()
                    && !result.subcommand().isVersionHelpRequested() ? Optional.of(new ReadCommand(result.subcommand()))
                    : Optional.empty();
        } catch (ParameterException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return the value of an option, if it was given}
     *
     * @param <T>  its type
     * @param name such as {@code --batch}
     */
    public <T> Optional<T> option(String name) {
        return Optional.ofNullable(command.matchedOptionValue(name, null));
    }

    /**
     * {@return the encoder's folder, where the model's {@code config.json} names it and no option does; a relative name leads from
     * this process's working directory, and another process has another one}
     */
    public Optional<Path> namedEncoder() {
        if (option("--vision-tower").isPresent()) {
            return Optional.empty();
        }
        try {
            Path model = command.commandSpec().findOption("--model").getValue();
            return Optional.ofNullable(ModelDirectory.open(model, Optional.empty()).visionTower()).map(Path::toAbsolutePath);
        } catch (UserError e) {
            return Optional.empty();        // who runs the command is told
        }
    }

    /**
     * {@return the model that the command is about, opened as the command opens it}
     *
     * @throws llava4j.error.UserError if it cannot be opened
     */
    public Llava openModel() {
        return ((OpensModel) command.commandSpec().userObject()).openModel();
    }
}
