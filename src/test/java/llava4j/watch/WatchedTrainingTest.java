package llava4j.watch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import llava4j.Llava;
import llava4j.data.LastBatch;
import llava4j.data.SampleRules;
import llava4j.graph.Dropout;
import llava4j.support.Near;
import llava4j.support.SmallWorld;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;
import llava4j.train.TrainingPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training run that is watched")
class WatchedTrainingTest {

    private static final int STEPS = 10;
    private static final TrainingListener QUIET = (step, steps, loss, tokens) -> { };

    @TempDir
    private Path folder;
    private SmallWorld world;
    private Path out;

    /** Ends a run as a kill does. */
    private static final class Killed extends RuntimeException {
    }

    @BeforeEach
    void paint() {
        world = SmallWorld.in(folder);
        out = folder.resolve("out");
    }

    private StageRun run(Llava model) {
        return new StageRun(Stage.INSTRUCTION_TUNING, model, world.file("instructions.json"), world.images(), 8, 0, null,
                LastBatch.KEPT);
    }

    private double[] train(Llava model, int killedAfter, boolean resume) {
        StageRun run = run(model);
        Validation held = new Validation(Stage.INSTRUCTION_TUNING, model, world.file("instructions.json"), world.images(),
                SampleRules.STRICT);
        TrainingListener progress = (step, steps, loss, tokens) -> {
            if (step == killedAfter + 1) {
                throw new Killed();
            }
        };
        try (WatchedRun watched = new WatchedRun(progress, new TrainingLog(out, run.batches().stepsAnEpoch(), List.of("a note")),
                Optional.of(held), 3, Optional.of(new Checkpoints(out, 2, 2, model::save)), line -> { })) {
            return run.train(TrainingPlan.ofSteps(STEPS).withBatch(8).withWarmUp(0.2), watched,
                    out.resolve("state.safetensors"), resume, 4);
        }
    }

    private List<LogRow> rows() throws IOException {
        List<String> lines = Files.readAllLines(out.resolve("train-log.csv"));
        assertEquals(LogRow.HEADER, lines.get(0));
        return lines.stream().skip(1).map(line -> LogRow.of(line).orElseThrow()).toList();
    }

    @Test
    @DisplayName("ends in the same bits as one that is not")
    void sameBits() {
        Llava watched = world.model();
        train(watched, STEPS, false);
        Llava alone = world.model();
        run(alone).train(TrainingPlan.ofSteps(STEPS).withBatch(8).withWarmUp(0.2), QUIET, null, false);
        alone.weights().forEach((name, array) -> assertTrue(Near.sameBits(array, watched.weights().get(name)), name));
    }

    @Test
    @DisplayName("leaves a row for each step, with loss, rate and epoch, and the held-out loss where it was asked")
    void log() throws IOException {
        double[] losses = train(world.model(), STEPS, false);
        List<LogRow> rows = rows();
        assertEquals(IntStream.rangeClosed(1, STEPS).boxed().toList(), rows.stream().map(LogRow::step).toList());
        assertArrayEquals(losses, rows.stream().mapToDouble(LogRow::loss).toArray(), 1e-6);
        assertEquals(List.of(3, 6, 9, 10), rows.stream().filter(row -> !Double.isNaN(row.validationLoss())).map(LogRow::step)
                .toList());
        assertEquals(0, rows.get(0).learningRate());
        assertEquals(1e-3, rows.get(2).learningRate(), 1e-9);
        assertEquals((STEPS - 1) / run(world.model()).batches().stepsAnEpoch() + 1, rows.get(STEPS - 1).epoch());
        assertTrue(rows.stream().allMatch(row -> row.gradientNorm() > 0 && row.tokensPerSecond() > 0));
        assertTrue(ImageIO.read(out.resolve("train-log.png").toFile()).getWidth() > 100);
        List<String> said = Files.readAllLines(out.resolve("train-log.txt"));
        assertEquals("step 0: a note", said.get(0));
        assertEquals(4 * (1 + 3) + 1, said.size(), "a loss and three answers each time");
    }

    @Test
    @DisplayName("and is killed and resumed, tells no step twice and none not at all")
    void resumed() throws IOException {
        train(world.model(), STEPS, false);
        List<LogRow> unbroken = rows();
        List<String> said = Files.readAllLines(out.resolve("train-log.txt"));
        Llava killed = world.model();
        assertThrows(Killed.class, () -> train(killed, 7, false));
        assertEquals(7, rows().size(), "the state is of step 8, whose row was not written");
        Files.writeString(out.resolve("train-log.csv"), Files.readString(out.resolve("train-log.csv")) + "8,1,0.5");
        train(world.model(), STEPS, true);
        assertEquals(unbroken.stream().map(LogRow::step).toList(), rows().stream().map(LogRow::step).toList());
        assertArrayEquals(unbroken.stream().mapToDouble(LogRow::loss).toArray(),
                rows().stream().mapToDouble(LogRow::loss).toArray());
        assertArrayEquals(unbroken.stream().mapToDouble(LogRow::validationLoss).toArray(),
                rows().stream().mapToDouble(LogRow::validationLoss).toArray());
        assertEquals(said, Files.readAllLines(out.resolve("train-log.txt")));
    }

    @Test
    @DisplayName("keeps the last two model directories, each a whole model, and none of another run's later ones is lost")
    void checkpoints() throws IOException {
        Files.createDirectories(out.resolve("checkpoint-500"));
        Llava model = world.model();
        train(model, STEPS, false);
        try (Stream<Path> all = Files.list(out)) {
            assertEquals(List.of("checkpoint-10", "checkpoint-500", "checkpoint-8"), all.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains("checkpoint-")).sorted().toList());
        }
        Llava last = Llava.open(out.resolve("checkpoint-10"), Optional.empty());
        model.weights().forEach((name, array) -> assertTrue(Near.sameBits(array, last.weights().get(name)), name));
    }

    @Test
    @DisplayName("is told the held-out loss as a mean over tokens, the one that training minimises")
    void heldOutLoss() {
        Llava model = world.model();
        int samples = run(model).batches().samples();
        StageRun whole = new StageRun(Stage.INSTRUCTION_TUNING, model, world.file("instructions.json"), world.images(), samples, 0);
        double loss = Stage.INSTRUCTION_TUNING.objective(model, whole.batches(), Dropout.NONE).at(0).loss();
        Validation held = new Validation(Stage.INSTRUCTION_TUNING, model, world.file("instructions.json"), world.images(),
                SampleRules.STRICT);
        assertEquals(samples, held.samples());
        assertEquals(loss, held.loss(), 1e-5);
        assertEquals(3, held.answers().size());
    }

    @Test
    @DisplayName("can be asked in stage 1 too, where a picture alone is the question")
    void captions() {
        Validation held = new Validation(Stage.FEATURE_ALIGNMENT, world.model(), world.file("captions.json"), world.images(),
                SampleRules.STRICT);
        assertTrue(Double.isFinite(held.loss()));
        assertEquals(3, held.answers().size());
        held.answers().forEach(answer -> assertTrue(Files.isRegularFile(answer.pictures().get(0)), answer.toString()));
    }
}
