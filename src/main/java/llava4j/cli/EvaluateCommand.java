package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.demo.MetricsJson;
import llava4j.evaluate.Score;
import llava4j.evaluate.TinySuite;
import llava4j.evaluate.TinySuite.Shown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Examines a model, always beside its controls. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = "Examine a model. Suite tiny: every question of a tiny world, beside the same questions with the "
                + "picture blanked, swapped for another, and left out.")
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Option(names = "--suite", required = true, paramLabel = "NAME", description = "tiny")
    private String suite;

    @Option(names = "--data", defaultValue = "tiny-data/held-out", paramLabel = "DIR",
            description = "A world made by tinyworld (default ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (!suite.equals("tiny")) {
            throw new ParameterException(spec.commandLine(), "--suite " + suite + ": there is tiny");
        }
        Llava llava = model.open();
        TinySuite world = TinySuite.open(llava, data);
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
        return 0;
    }

    private void report(String name, Score score, ObjectNode into, String key) {
        into.set(key, MetricsJson.score(score));
        if (!json) {
            System.out.printf(Locale.ROOT, "%-24s %5.1f %% of %d; short, one thing %5.1f, more %5.1f; %s%n", name,
                    100 * score.accuracy(), score.questions(), 100 * score.shortOne(), 100 * score.shortMany(),
                    MetricsJson.line(score.byType()));
        }
    }
}
