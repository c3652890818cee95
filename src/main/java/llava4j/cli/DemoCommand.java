package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.demo.BookDemo;
import llava4j.demo.BookPage;
import llava4j.demo.Demo;
import llava4j.demo.Report;
import llava4j.error.UserError;
import llava4j.serve.AskedAgain;
import llava4j.show.Lettering;
import llava4j.train.TrainingListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Both training stages on a world, then evaluation with controls and a chat; a report with pictures. World "
                + "tiny: minutes, and nothing to fetch. World picturebook: everyday things and a real language model, hours.",
        footer = {"", "The picture book takes a language model (--language, \"fetch smollm2-135m\" brings one) and its art "
                + "(--emoji, \"fetch emoji\")."})
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private LivePage page;

    @Option(names = "--world", defaultValue = "tiny", paramLabel = "tiny|picturebook",
            description = "What the pictures show (default ${DEFAULT-VALUE}).")
    private World world;

    @Mixin
    private BookOptions book;

    @Mixin
    private PrecisionOption precision;

    @Option(names = "--data", defaultValue = "tiny-data", paramLabel = "DIR",
            description = "The tiny world, and the shipped encoders (default ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR",
            description = "For model/, metrics.json, report.html (default target/demo, of the picture book target/book).")
    private Path out;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of W and of the samples' order (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--stage1-steps", converter = Range.Steps.class, paramLabel = "N",
            description = "Default 1000, of the picture book 60.")
    private Integer steps1;

    @Option(names = "--stage2-steps", converter = Range.Steps.class, paramLabel = "N",
            description = "Default 1000, of the picture book 1500.")
    private Integer steps2;

    @Option(names = "--without-stage1", negatable = true, defaultValue = "true", fallbackValue = "true",
            description = "Also train stage 2 alone, as a control (default; --no-without-stage1 leaves it out).")
    private boolean withoutStage1;

    @Option(names = "--curve", converter = Range.Steps.class, split = ",", paramLabel = "N",
            description = "Also compare, after stage 2 of so many steps each, a model with and one without stage 1, "
                    + "such as 50,100,200.")
    private List<Integer> curve = new ArrayList<>();

    @Option(names = "--resume", description = "Continue a run that was stopped; the other options must be as before.")
    private boolean resume;

    /** What the pictures show. */
    enum World { TINY, PICTUREBOOK }

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        Lettering.check();
        precision.choose();
        List<StepProgress> bars = new ArrayList<>();
        try {
            if (world == World.TINY) {
                tiny(bars);
            } else {
                pictureBook(bars);
            }
        } finally {
            bars.forEach(StepProgress::close);
        }
        return 0;
    }

    private static TrainingListener bar(List<StepProgress> bars, String name, int steps) {
        bars.add(new StepProgress(name, steps));
        return bars.get(bars.size() - 1);
    }

    private void tiny(List<StepProgress> bars) {
        book.refuse(spec.commandLine());
        if (!Files.isDirectory(data.resolve("pretrained"))) {
            throw UserError.of("%s: the tiny world is not here: run in the project's folder, or name it with --data",
                    data);
        }
        Path place = out != null ? out : Path.of("target/demo");
        Demo demo = new Demo(new Demo.Settings(data, place, seed, steps1 != null ? steps1 : 1000, steps2 != null ? steps2 : 1000,
                withoutStage1, curve, resume), System.out::println, (name, steps, model) -> followed(bars, name, steps, model,
                data.resolve("held-out"), "detail"));
        Report.write(demo.run(), place);
        System.out.println("model, metrics.json and report.html are in " + place);
        page.stay();
    }

    /** On the page the model is asked for a description, a type of question that has a name of its own in each world. */
    private TrainingListener followed(List<StepProgress> bars, String name, int steps, Llava model, Path world, String described) {
        TrainingListener bar = bar(bars, name, steps);
        if (!page.isWanted()) {
            return bar;
        }
        AskedAgain asked = new AskedAgain(model, world, described);
        return page.of(name, model, bar, asked::ask);
    }

    private void pictureBook(List<StepProgress> bars) {
        if (!curve.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--curve goes with --world tiny");
        }
        Path place = out != null ? out : Path.of("target/book");
        BookDemo.Steps usual = BookDemo.Steps.USUAL;
        BookDemo.Steps steps = new BookDemo.Steps(usual.words(), steps1 != null ? steps1 : usual.alignment(),
                steps2 != null ? steps2 : usual.tuning());
        BookDemo demo = new BookDemo(book.settings(data, place, seed, steps, withoutStage1, resume, spec.commandLine()),
                System.out::println, (name, all, model) -> followed(bars, name, all, model, place.resolve("held-out"), "description"));
        BookPage.write(demo.run(), place);
        System.out.println("model, metrics.json, report.html and chats.md are in " + place);
        page.stay();
    }
}
