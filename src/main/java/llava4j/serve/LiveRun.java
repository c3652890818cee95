package llava4j.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import llava4j.train.StepReport;

/**
 * A training run as it goes, for all who watch it: written by the thread that trains, read by those that serve the page.
 *
 * <p>A run may have millions of steps, and a page draws some hundreds. When there are too many points every second one is left
 * out, and from then on half as many are taken.
 */
public final class LiveRun {

    private static final int MOST_POINTS = 1000;
    private static final int LARGEST_PICTURE = 300_000;

    /**
     * A question that is asked again and again.
     *
     * @param picture  its file, or {@code null}
     * @param question as it is asked
     * @param expected the right answer
     * @param answer   the model's, now
     */
    public record Asked(Path picture, String question, String expected, String answer) {
    }

    private final List<double[]> points = new ArrayList<>();
    private final ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    private String stage = "";
    private StepReport last;
    private int every = 1;
    private int answeredAt;
    private long started;
    private long tokens;
    private int firstStep;
    private boolean over;

    /**
     * A stage begins.
     *
     * @param name of the stage
     */
    public synchronized void begin(String name) {
        stage = name;
        points.clear();
        last = null;
        every = 1;
        tokens = 0;
    }

    /**
     * A step is done.
     *
     * @param done the step
     */
    public synchronized void step(StepReport done) {
        if (last == null) {
            started = System.nanoTime();        // the first step also builds the graph, and would spoil the estimate
            firstStep = done.step();
        } else {
            tokens += done.tokens();
        }
        last = done;
        if (done.step() % every == 0) {
            points.add(new double[] {done.step(), done.loss()});
        }
        if (points.size() > MOST_POINTS) {
            every *= 2;
            points.removeIf(point -> (int) point[0] % every != 0);
        }
    }

    /**
     * The questions were asked again.
     *
     * @param step  steps done
     * @param asked questions with their answers
     */
    public synchronized void answers(int step, List<Asked> asked) {
        answeredAt = step;
        answers.removeAll();
        asked.forEach(one -> answers.addObject().put("picture", picture(one.picture())).put("question", one.question())
                .put("expected", one.expected()).put("answer", one.answer()));
    }

    private static String picture(Path file) {
        try {
            return file == null || Files.size(file) > LARGEST_PICTURE ? null
                    : "data:image/png;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException e) {
            return null;                        // the words say enough
        }
    }

    /** The run is over: the model can be talked to. */
    public synchronized void end() {
        over = true;
    }

    /** {@return whether the model is still changing} */
    public synchronized boolean isUnderWay() {
        return !over;
    }

    synchronized ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("state", over ? "over" : "under way").put("stage", stage);
        if (last != null) {
            double seconds = (System.nanoTime() - started) / 1e9;
            int steps = last.step() - firstStep;
            root.put("step", last.step()).put("steps", last.steps()).put("loss", last.loss()).put("rate", last.rate());
            if (steps > 0) {
                root.put("tokens_per_second", tokens / seconds)
                        .put("seconds_left", seconds / steps * (last.steps() - last.step()));
            }
        }
        ArrayNode losses = root.putArray("losses");
        points.forEach(point -> losses.addArray().add((int) point[0]).add(point[1]));
        root.put("answered_at", answeredAt).set("answers", answers.deepCopy());
        return root;
    }
}
