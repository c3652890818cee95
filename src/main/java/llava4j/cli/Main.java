package llava4j.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.error.UserError;
import llava4j.execution.NativeMemory;
import llava4j.execution.Threads;
import llava4j.image.ImageConvention;
import llava4j.train.Stop;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code llava4j COMMAND}, or none for the main job, {@code demo}.
 *
 * <p>Exit 0 ok, 1 failed, 2 wrong usage. A mistake of the user is one line on stderr, several at once are a line each;
 * {@code --stacktrace} tells more.
 * Results go to stdout, progress to stderr.
 */
@Command(name = "llava4j", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "LLaVA (Visual Instruction Tuning) on SameDiff: train, chat, evaluate, inspect.",
        footer = {"", "Without a command: demo, both training stages on the tiny world, then evaluation and a chat."},
        subcommands = {DemoCommand.class, AssembleCommand.class, EncodeCommand.class, TrainCommand.class, MergeLoraCommand.class,
            PretrainCommand.class, TinyworldCommand.class, PicturebookCommand.class, MakeDataCommand.class, ChatCommand.class,
            ServeCommand.class, GenerateCommand.class, EvaluateCommand.class, ScienceCommand.class, AblateCommand.class,
            InspectCommand.class, PlanCommand.class, ForwardCommand.class, TokenizeCommand.class, PreprocessCommand.class, BenchCommand.class,
            DoctorCommand.class, FetchCommand.class, FilterCaptionsCommand.class, BundleCommand.class})
public final class Main implements Callable<Integer> {

    private final Workers workers;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "On failure, print where it happened.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    /** The commands, whose heavy work this process does. */
    public Main() {
        this(Workers.HERE);
    }

    private Main(Workers workers) {
        this.workers = workers;
    }

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments as the shell gives them; none runs the main job
     */
    public static void main(String[] arguments) {
        int code = command(Workers.HERE, arguments);
        // A process that was told to end, ends by itself with the signal's code, and waits for this thread
        if (code != 0 && !Stop.isProcessEnding()) {
            System.exit(code);
        }
    }

    /**
     * Runs one command, whose heavy work someone else may do.
     *
     * @param workers   who does it
     * @param arguments as the shell gives them; none runs the main job
     * @return 0 if all is well, 1 if it failed, 2 if it was called wrongly; what is wrong has been said on stderr
     */
    public static int command(Workers workers, String... arguments) {
        // A German or an Arabic locale would write 0,5 or ٥ into files that are read by programs
        Locale.setDefault(Locale.ROOT);
        StandardOutput out = StandardOutput.inUtf8();
        Optional<String> mistake = Encoding.mistake(arguments);
        mistake.ifPresent(line -> System.err.println("llava4j: " + line));
        int code = mistake.isPresent() ? 2 : run(workers, arguments);
        if (out.lost().isPresent()) {
            System.err.println("llava4j: stdout: cannot be written (" + out.lost().get() + "): the result is not whole");
            code = 1;
        }
        return code;
    }

    /** Runs one command. */
    static int run(String... arguments) {
        return run(Workers.HERE, arguments);
    }

    private static int run(Workers workers, String... arguments) {
        Main main = new Main(workers);
        try {
            return line(main)
                    .setOut(writer(System.out))
                    .setErr(writer(System.err))
                    .setExecutionExceptionHandler((failure, command, result) -> main.failed(failure))
                    .setParameterExceptionHandler(Main::misused)
                    .execute(arguments);
        } catch (OutOfMemoryError | LinkageError e) {
            return main.failed(e);
        }
    }

    /** All commands and options, in a process that is ready to compute. */
    static CommandLine line(Main main) {
        NativeMemory.mappedFilesDoNotCount();
        Threads.callersOnly();
        CommandLine line = new CommandLine(main);
        Choice.register(line, ModelOptions.WeightForm.class);
        Choice.register(line, ImageConvention.class);
        Choice.register(line, InstructionOptions.Instructions.class);
        return line.setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Who does the heavy work. */
    Workers workers() {
        return workers;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        return spec.commandLine().execute("demo");
    }

    private int failed(Throwable failure) {
        System.err.println(FailureLine.of(failure));
        if (stacktrace) {
            failure.printStackTrace();
        }
        return 1;
    }

    private static int misused(CommandLine.ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        command.getErr().println("llava4j: " + UserError.shown(misuse.getMessage()) + " (see "
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
