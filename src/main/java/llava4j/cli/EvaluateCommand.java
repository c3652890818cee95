package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.endpoint.ChatEndpoint;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.KeptAnswers;
import llava4j.endpoint.ReplyLog;
import llava4j.error.UserError;
import llava4j.evaluate.Exam;
import llava4j.data.PictureFolder;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.bench.BenchFiles;
import llava4j.evaluate.bench.BenchQuestion;
import llava4j.evaluate.bench.EndpointJudge;
import llava4j.evaluate.bench.LlavaBench;
import llava4j.evaluate.bench.TinyBench;
import llava4j.evaluate.picturebook.BookQuestion;
import llava4j.evaluate.picturebook.BookQuestion.Split;
import llava4j.evaluate.picturebook.BookSuite;
import llava4j.evaluate.scienceqa.Accuracy;
import llava4j.evaluate.scienceqa.EndpointSolver;
import llava4j.evaluate.scienceqa.Problem;
import llava4j.evaluate.scienceqa.ProblemFiles;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.evaluate.scienceqa.ScienceExam;
import llava4j.evaluate.scienceqa.TinySolver;
import llava4j.json.Fields;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Examines a model. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = "Examine a model. Suite tiny: every question of a tiny world, beside the same questions with the "
                + "picture blanked, swapped for another, and left out. Suite picturebook: questions of every kind about a picture "
                + "book, answered in free English and read by a judge, with the same controls. Suite llava-bench: open questions, rated by a judge "
                + "beside a reference. Suite scienceqa: multiple choice, with all and with a part of what is given.")
final class EvaluateCommand implements Callable<Integer>, OpensModel {

    private static final int LONGEST = 512;
    @Mixin
    private ModelOptions model;

    @Mixin
    private AnswerPrecisionOption precision;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private TemplateOption template;

    @Option(names = "--suite", required = true, paramLabel = "NAME", description = "tiny, picturebook, llava-bench or scienceqa")
    private String suite;

    @Option(names = "--data", paramLabel = "DIR", description = "A world made by tinyworld (default tiny-data/held-out), a "
            + "picture book made by picturebook, or a folder with problems.json and pid_splits.json (default tiny-data/science).")
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

    @Option(names = "--format", defaultValue = "reasoning_first", paramLabel = "FORMAT",
            description = "How ScienceQA's problems are asked: reasoning_first and answer_first, question, context, options as "
                    + "in the paper; cqm, context, question, options and \"Answer with the option's letter ...\", as LLaVA 1.5 "
                    + "is asked (default ${DEFAULT-VALUE}).")
    private ProblemFormat format;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the bench's pictures and the intervals (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--limit", converter = Range.Count.class, paramLabel = "N",
            description = "Of a picture book, at most N questions, taken evenly from all kinds by --seed (default all).")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--controls", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Of a picture book, ask again with another picture, a blank one and none (the default); "
                    + "--no-controls leaves that out.")
    private boolean controls;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write every answer and review, JSON lines. What an "
            + "endpoint says is kept as it comes, and taken up again by the same command: a judge's reviews here, a solver's "
            + "answers in FILE.replies.jsonl.")
    private Path out;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Llava openModel() {
        return template.asked(pictures.asked(model.open()));
    }

    @Override
    public Integer call() {
        if (out != null) {
            WholeFile.requirePlace(out);
        }
        precision.choose(model);
        switch (suite) {
            case "tiny" -> tiny();
            case "picturebook" -> pictureBook();
            case "llava-bench" -> llavaBench();
            case "scienceqa" -> scienceQa();
            default -> throw misuse("--suite " + suite + ": there are tiny, picturebook, llava-bench and scienceqa");
        }
        return 0;
    }

    private Path data(String usual) {
        return Optional.ofNullable(data).orElse(Path.of(usual));
    }

    private int longest(boolean tiny) {
        return bench.longest != null ? bench.longest : tiny ? Exam.LONGEST_ANSWER : LONGEST;
    }

    private void tiny() {
        Path place = data("tiny-data/held-out");
        TinySuite.require(place);
        Llava llava = openModel();
        TinySuite world = TinySuite.open(llava, place);
        TinyReport report = new TinyReport(llava, json);
        report.score("held-out pictures", "held_out", world.only(false), Shown.PICTURE);
        report.score("held-out combinations", "held_out_combinations", world.only(true), Shown.PICTURE);
        report.score("picture blanked", "blank", world.only(false), Shown.BLANK);
        report.score("picture swapped", "swapped", world.only(false), Shown.SWAPPED);
        report.score("no picture", "no_picture", world.only(false), Shown.NOTHING);
        if (out != null) {
            WholeFile.write(out, report.answers());
        }
        if (json) {
            System.out.println(report.json().toPrettyString());
        }
    }

    private void pictureBook() {
        if (data == null) {
            throw misuse("--suite picturebook: need --data DIR, a book made by picturebook with a seed of its own");
        }
        List<BookQuestion> questions = BookSuite.choose(data, limit, seed);
        Llava llava = openModel();
        BookSuite book = BookSuite.open(llava, data, questions);
        BookReport report = new BookReport(llava, bench.longest != null ? bench.longest : BookSuite.LONGEST_ANSWER);
        report.score("picture", "held_out", book.only(Split.FAMILIAR), Shown.PICTURE);
        report.score("held-out pairs", "held_out_pairs", book.only(Split.HELD_OUT_PAIR), Shown.PICTURE);
        report.score("held-out concepts", "held_out_concepts", book.only(Split.HELD_OUT_CONCEPT), Shown.PICTURE);
        if (controls) {
            report.score("swapped", "swapped", book.only(Split.FAMILIAR), Shown.SWAPPED);
            report.score("blank", "blank", book.only(Split.FAMILIAR), Shown.BLANK);
            report.score("no picture", "no_picture", book.only(Split.FAMILIAR), Shown.NOTHING);
        }
        if (out != null) {
            WholeFile.write(out, report.answers());
        }
        System.out.println(json ? report.json().toPrettyString() : report.table());
    }

    private void llavaBench() {
        boolean published = bench.questions != null;
        if (published && (bench.images == null || bench.references == null)) {
            throw misuse("--questions goes with --images and --references");
        }
        boolean rule = bench.judge.equals("rule");
        if (published && rule) {
            throw misuse("--judge rule knows the tiny world alone: give the URL of an OpenAI-compatible endpoint");
        }
        if (rule && out != null && ReplyLog.isOne(out)) {
            throw UserError.of("%s: holds the reviews of an endpoint, which would be lost: choose another --out", out);
        }
        Optional<ChatEndpoint> endpoint = rule ? Optional.empty() : Optional.of(endpoint("--judge", bench.judge,
                EndpointJudge.TEMPERATURE, EndpointJudge.LONGEST_REVIEW));
        Path world = data("tiny-data/held-out");
        Path images = published ? bench.images : world.resolve("images");
        TinyBench tiny = published ? null : TinyBench.open(world, seed);
        List<BenchQuestion> questions = published
                ? BenchFiles.read(bench.questions, bench.context, bench.references) : tiny.questions();
        List<String> names = questions.stream().map(BenchQuestion::image).distinct().collect(Collectors.toList());
        new PictureFolder(images).require(names);
        try (KeptAnswers reviews = endpoint.map(judge -> kept(judge, out, EndpointJudge.REVIEW)).orElse(null)) {
            Llava llava = openModel();
            LlavaBench asked = new LlavaBench(questions, Pictures.features(llava, images, names));
            LlavaBench.Result result = asked.judged(asked.answers(llava, longest(!published)),
                    rule ? tiny.judge() : new EndpointJudge(reviews), seed);
            if (rule && out != null) {
                WholeFile.write(out, LlavaBenchReport.reviews(result));
            }
            if (result.overall().rated() == 0) {
                throw UserError.of("none of the judge's %d reviews begins with two ratings; the first says: %s",
                        result.unreadable(), Fields.shortened(result.reviewed().get(0).review().strip()));
            }
            System.out.println(json ? LlavaBenchReport.json(result).toPrettyString()
                    : LlavaBenchReport.text("LLaVA-Bench", result));
        }
    }

    private void scienceQa() {
        Path images = bench.images != null ? bench.images : Path.of("tiny-data");
        Optional<ChatEndpoint> endpoint = solver.equals("rule") ? Optional.empty() : Optional.of(endpoint("--solver", solver,
                EndpointSolver.TEMPERATURE, EndpointSolver.LONGEST_ANSWER));
        List<Problem> problems = ProblemFiles.open(data("tiny-data/science"), images).split(split);
        List<String> names = ScienceExam.images(problems);
        new PictureFolder(images).require(names);
        Path log = out == null ? null : out.resolveSibling(out.getFileName() + ".replies.jsonl");
        try (KeptAnswers answers = endpoint.map(model -> kept(model, log, "reply")).orElse(null)) {
            Llava llava = openModel();
            FeatureStore features = names.isEmpty() ? null : Pictures.features(llava, images, names);
            Map<String, List<String>> said = new LinkedHashMap<>();
            Map<String, Accuracy> found = new ScienceExam(problems, features, format, longest(data == null)).all(llava,
                    endpoint.isEmpty() ? new TinySolver() : new EndpointSolver(answers), said::put);
            if (out != null) {
                WholeFile.write(out, ScienceReport.answers(problems, said));
            }
            ObjectNode result = new ObjectMapper().createObjectNode();
            found.forEach((name, accuracy) -> result.set(name, ScienceReport.json(accuracy)));
            System.out.println(json ? result.toPrettyString() : ScienceReport.table(found));
        }
    }

    /** Looks at all that can be wrong with it, short of asking. */
    private ChatEndpoint endpoint(String option, String address, double temperature, int replyTokens) {
        if (!EndpointSettings.isAddress(address)) {
            throw misuse(option + " " + address + ": need rule, or an address like https://api.openai.com/v1");
        }
        return new ChatEndpoint(bench.replies.in(EndpointSettings.usual(address, bench.judgeModel), temperature, replyTokens));
    }

    /** Sees whether the endpoint is there and opens the log, before the model is loaded. */
    private static KeptAnswers kept(ChatEndpoint endpoint, Path log, String textField) {
        endpoint.reach();
        return new KeptAnswers(endpoint, log == null ? null : ReplyLog.open(log, textField), log == null
                ? " With --out FILE its answers are kept, so that none is paid for twice."
                : " Its answers so far are in " + log + ": the same command goes on with them.");
    }

    private ParameterException misuse(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
