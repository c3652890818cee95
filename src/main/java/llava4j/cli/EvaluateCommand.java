package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.demo.MetricsJson;
import llava4j.endpoint.EndpointSettings;
import llava4j.evaluate.Score;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.bench.BenchFiles;
import llava4j.evaluate.bench.BenchQuestion;
import llava4j.evaluate.bench.EndpointJudge;
import llava4j.evaluate.bench.Judge;
import llava4j.evaluate.bench.LlavaBench;
import llava4j.evaluate.bench.TinyBench;
import llava4j.evaluate.scienceqa.Accuracy;
import llava4j.evaluate.scienceqa.EndpointSolver;
import llava4j.evaluate.scienceqa.Problem;
import llava4j.evaluate.scienceqa.ProblemFiles;
import llava4j.evaluate.scienceqa.ScienceExam;
import llava4j.evaluate.scienceqa.Solver;
import llava4j.evaluate.scienceqa.TinySolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Examines a model. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = "Examine a model. Suite tiny: every question of a tiny world, beside the same questions with the "
                + "picture blanked, swapped for another, and left out. Suite llava-bench: open questions, rated by a judge "
                + "beside a reference. Suite scienceqa: multiple choice, with all and with a part of what is given.")
final class EvaluateCommand implements Callable<Integer> {

    private static final int LONGEST = 512;
    private static final int LONGEST_TINY = 48;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private TemplateOption template;

    @Option(names = "--suite", required = true, paramLabel = "NAME", description = "tiny, llava-bench or scienceqa")
    private String suite;

    @Option(names = "--data", paramLabel = "DIR", description = "A world made by tinyworld (default tiny-data/held-out), or "
            + "a folder with problems.json and pid_splits.json (default tiny-data/science).")
    private Path data;

    @Mixin
    private BenchOptions bench;

    @Option(names = "--solver", defaultValue = "rule", paramLabel = "rule|URL",
            description = "Who answers ScienceQA beside the model, without the picture: rule, tiny world only (default); or an "
                    + "OpenAI-compatible endpoint (its model: --judge-model).")
    private String solver;

    @Option(names = "--split", defaultValue = "test", paramLabel = "NAME",
            description = "Of ScienceQA (default ${DEFAULT-VALUE}).")
    private String split;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the bench's pictures and the intervals (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write every answer and review, JSON lines.")
    private Path out;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        switch (suite) {
            case "tiny" -> tiny();
            case "llava-bench" -> llavaBench();
            case "scienceqa" -> scienceQa();
            default -> throw new ParameterException(spec.commandLine(),
                    "--suite " + suite + ": there are tiny, llava-bench and scienceqa");
        }
        return 0;
    }

    private Path data(String usual) {
        return Optional.ofNullable(data).orElse(Path.of(usual));
    }

    private void tiny() {
        Llava llava = template.asked(pictures.asked(model.open()));
        TinySuite world = TinySuite.open(llava, data("tiny-data/held-out"));
        TinySuite ordinary = world.only(false);
        ObjectNode result = new ObjectMapper().createObjectNode();
        ObjectNode controls = new ObjectMapper().createObjectNode();
        report("held-out pictures", ordinary.score(llava, Shown.PICTURE), result, "held_out");
        report("held-out combinations", world.only(true).score(llava, Shown.PICTURE), result,
                "held_out_combinations");
        report("picture blanked", ordinary.score(llava, Shown.BLANK), controls, "blank");
        report("picture swapped", ordinary.score(llava, Shown.SWAPPED), controls, "swapped");
        report("no picture", ordinary.score(llava, Shown.NOTHING), controls, "no_picture");
        result.set("controls", controls);
        if (json) {
            System.out.println(result.toPrettyString());
        }
    }

    private void report(String name, Score score, ObjectNode into, String key) {
        into.set(key, MetricsJson.score(score));
        if (!json) {
            System.out.printf(Locale.ROOT, "%-24s %5.1f %% of %d; short, one thing %5.1f, more %5.1f; %s%n", name,
                    100 * score.accuracy(), score.questions(), 100 * score.shortOne(), 100 * score.shortMany(),
                    MetricsJson.line(score.byType()));
        }
    }

    private void llavaBench() {
        boolean published = bench.questions != null;
        if (published && (bench.images == null || bench.references == null)) {
            throw new ParameterException(spec.commandLine(), "--questions goes with --images and --references");
        }
        if (published && bench.judge.equals("rule")) {
            throw new ParameterException(spec.commandLine(),
                    "--judge rule knows the tiny world alone: give the URL of an OpenAI-compatible endpoint");
        }
        Path world = data("tiny-data/held-out");
        TinyBench tiny = published ? null : TinyBench.open(world, seed);
        List<BenchQuestion> questions = published
                ? BenchFiles.read(bench.questions, bench.context, bench.references) : tiny.questions();
        Judge judge = bench.judge.equals("rule") ? tiny.judge()
                : new EndpointJudge(endpoint("--judge", bench.judge));
        Llava llava = template.asked(pictures.asked(model.open()));
        List<String> images = questions.stream().map(BenchQuestion::image).distinct().collect(Collectors.toList());
        LlavaBench asked = new LlavaBench(questions,
                Pictures.features(llava, published ? bench.images : world.resolve("images"), images));
        LlavaBench.Result result = asked.judged(asked.answers(llava, bench.longest != null ? bench.longest
                : published ? LONGEST : LONGEST_TINY), judge, seed);
        if (out != null) {
            WholeFile.write(out, BenchReport.reviews(result));
        }
        System.out.println(json ? BenchReport.json(result).toPrettyString() : BenchReport.text("LLaVA-Bench", result));
    }

    private void scienceQa() {
        Path images = bench.images != null ? bench.images : Path.of("tiny-data");
        Solver textOnly = solver.equals("rule") ? new TinySolver() : new EndpointSolver(endpoint("--solver", solver));
        List<Problem> problems = ProblemFiles.open(data("tiny-data/science"), images).split(split);
        Llava llava = template.asked(pictures.asked(model.open()));
        List<String> names = ScienceExam.images(problems);
        FeatureStore features = names.isEmpty() ? null : Pictures.features(llava, images, names);
        Map<String, Accuracy> found = new ScienceExam(problems, features).all(llava, textOnly);
        ObjectNode result = new ObjectMapper().createObjectNode();
        found.forEach((name, accuracy) -> result.set(name, ScienceReport.json(accuracy)));
        System.out.println(json ? result.toPrettyString() : ScienceReport.table(found));
    }

    private EndpointSettings endpoint(String option, String address) {
        if (!EndpointSettings.isAddress(address)) {
            throw new ParameterException(spec.commandLine(),
                    option + " " + address + ": need rule, or an address like https://api.openai.com/v1");
        }
        return EndpointSettings.usual(address, bench.judgeModel);
    }
}
