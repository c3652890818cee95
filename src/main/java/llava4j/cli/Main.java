package llava4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import llava4j.error.UserError;
import llava4j.graph.Threads;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code llava4j COMMAND}, or none for the main job, {@code demo}.
 *
 * <p>Exit 0 ok, 1 failed, 2 wrong usage. A mistake of the user is one line on stderr; {@code --stacktrace} tells more.
 * Results go to stdout, progress to stderr.
 */
@Command(name = "llava4j", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "LLaVA (Visual Instruction Tuning) on SameDiff: train, chat, evaluate, inspect.",
        footer = {"", "Without a command: demo, both training stages on the tiny world, then evaluation and a chat."},
        subcommands = {DemoCommand.class, AssembleCommand.class, TrainCommand.class, PretrainCommand.class, TinyworldCommand.class,
            MakeDataCommand.class, ChatCommand.class, GenerateCommand.class, EvaluateCommand.class,
            ScienceCommand.class, AblateCommand.class, InspectCommand.class, PlanCommand.class,
            ForwardCommand.class, TokenizeCommand.class, PreprocessCommand.class, BenchCommand.class,
            DoctorCommand.class})
public final class Main implements Callable<Integer> {

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "On failure, print where it happened.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments as the shell gives them; none runs the main job
     */
    public static void main(String[] arguments) {
        int code = run(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs one command. */
    static int run(String... arguments) {
        Threads.callersOnly();
        Main main = new Main();
        return new CommandLine(main)
                .setExecutionExceptionHandler(main::failed)
                .setParameterExceptionHandler(Main::misused)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Override
    public Integer call() {
        return spec.commandLine().execute("demo");
    }

    private int failed(Exception failure, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        if (failure instanceof UserError) {
            err.println("llava4j: " + failure.getMessage().replaceAll("\\s*\\R\\s*", " "));
        } else {
            err.println("llava4j: failed unexpectedly: " + String.valueOf(failure).replaceAll("\\s*\\R\\s*", " ")
                    + " (this is a defect; --stacktrace shows where)");
        }
        if (stacktrace) {
            failure.printStackTrace(err);
        }
        return 1;
    }

    private static int misused(CommandLine.ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        command.getErr().println("llava4j: " + misuse.getMessage().replaceAll("\\s*\\R\\s*", " ") + " (see "
                + command.getCommandSpec().qualifiedName() + " --help)");
        return 2;
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"llava4j " + (version == null ? "(from source)" : version)};
        }
    }
}
