package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import llava4j.ablate.Ablation;
import llava4j.ablate.Comparison;
import llava4j.checkpoint.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The paper's ablations. */
@Command(name = "ablate", mixinStandardHelpOptions = true,
        description = "The paper's ablations on the tiny world, beside its figures. Table 4: which instructions; by relative "
                + "score. Table 5: which connector; by relative score. Table 8: choices of design; by accuracy on the tiny ScienceQA.")
final class AblateCommand implements Callable<Integer> {

    /** After stage 1, by table: that three seeds take less than 90 minutes on two cores. */
    private static final Map<Integer, Integer> USUAL_STEPS = Map.of(4, 600, 5, 450, 8, 300);

    @Option(names = "--table", required = true, paramLabel = "4|5|8", description = "The paper's table.")
    private int table;

    @Option(names = "--seeds", defaultValue = "0,1,2", split = ",", paramLabel = "S",
            description = "Each row is run once for each (default ${DEFAULT-VALUE}).")
    private List<Long> seeds;

    @Option(names = "--stage1-steps", converter = Range.Steps.class, defaultValue = "400", paramLabel = "N",
            description = "Steps of stage 1 (default ${DEFAULT-VALUE}).")
    private int stage1Steps;

    @Option(names = "--steps", converter = Range.Steps.class, paramLabel = "N",
            description = "Steps of each run after it (default: 600 for table 4, 450 for table 5, 300 for table 8).")
    private Integer steps;

    @Option(names = "--reading-steps", converter = Range.StepsOrNone.class, defaultValue = "1500", paramLabel = "N",
            description = "Table 8: steps in which the decoder first learns to read problems in words (default "
                    + "${DEFAULT-VALUE}).")
    private int readingSteps;

    @Option(names = "--data", defaultValue = "tiny-data", paramLabel = "DIR",
            description = "The tiny world (default ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--out", defaultValue = "target/ablate", paramLabel = "DIR",
            description = "For the result of each run (default ${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--resume", description = "Keep the runs that are finished, continue the one that was stopped.")
    private boolean resume;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Also write the tables as Markdown.")
    private Path markdown;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (!USUAL_STEPS.containsKey(table)) {
            throw new ParameterException(spec.commandLine(), "--table " + table + ": there are 4, 5 and 8");
        }
        int tuningSteps = steps != null ? steps : USUAL_STEPS.get(table);
        if (seeds.stream().distinct().count() < seeds.size()) {
            throw new ParameterException(spec.commandLine(), "--seeds " + seeds + ": each seed once");
        }
        Ablation ablation = Ablation.of(table,
                new Ablation.Settings(data, out, seeds, readingSteps, stage1Steps, tuningSteps, resume));
        System.err.println(ablation.runsLeft() + " runs to do");
        Comparison comparison = ablation.run(System.err::println, new LongProgress(ablation.stepsLeft()));
        if (markdown != null) {
            WholeFile.write(markdown, comparison.markdown());
        }
        System.out.println(json ? comparison.json().toPrettyString() : comparison.markdown());
        return 0;
    }
}
