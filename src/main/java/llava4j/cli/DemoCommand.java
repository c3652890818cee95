package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import llava4j.demo.Demo;
import llava4j.demo.Report;
import llava4j.error.UserError;
import llava4j.show.Lettering;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Both training stages on the tiny world, then evaluation with controls and a chat; a report with "
                + "pictures.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--data", defaultValue = "tiny-data", paramLabel = "DIR",
            description = "The tiny world (default ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--out", defaultValue = "target/demo", paramLabel = "DIR",
            description = "For model/, metrics.json, report.html (default ${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of W and of the samples' order (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--stage1-steps", converter = Range.Steps.class, defaultValue = "1000", paramLabel = "N",
            description = "Default ${DEFAULT-VALUE}.")
    private int steps1;

    @Option(names = "--stage2-steps", converter = Range.Steps.class, defaultValue = "1000", paramLabel = "N",
            description = "Default ${DEFAULT-VALUE}.")
    private int steps2;

    @Option(names = "--without-stage1", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Also train stage 2 alone, as a control (default; --no-without-stage1 leaves it out).")
    private boolean withoutStage1;

    @Option(names = "--curve", converter = Range.Steps.class, split = ",", paramLabel = "N",
            description = "Also compare, after stage 2 of so many steps each, a model with and one without stage 1, "
                    + "such as 50,100,200.")
    private List<Integer> curve = new ArrayList<>();

    @Option(names = "--resume", description = "Continue a run that was stopped; the other options must be as before.")
    private boolean resume;

    @Override
    public Integer call() {
        if (!Files.isDirectory(data.resolve("pretrained"))) {
            throw UserError.of("%s: the tiny world is not here: run in the project's folder, or name it with --data",
                    data);
        }
        Lettering.check();
        List<StepProgress> bars = new ArrayList<>();
        Demo demo = new Demo(new Demo.Settings(data, out, seed, steps1, steps2, withoutStage1, curve, resume),
                System.out::println, (name, steps) -> {
                    bars.add(new StepProgress(name, steps));
                    return bars.get(bars.size() - 1);
                });
        Demo.Result result;
        try {
            result = demo.run();
        } finally {
            bars.forEach(StepProgress::close);
        }
        Report.write(result, out);
        System.out.println("model, metrics.json and report.html are in " + out);
        return 0;
    }
}
