package llava4j.watch;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import llava4j.train.StepReport;
import llava4j.train.TrainingListener;

/**
 * Follows a training run: shows its progress, asks the held-out samples, writes the log and the model directories.
 *
 * <p>None of it touches the run: it reads weights and changes none, so that a run that is watched ends in the same bits as one
 * that is not.
 */
public final class WatchedRun implements TrainingListener, AutoCloseable {

    private final TrainingListener progress;
    private final TrainingLog log;
    private final Optional<Validation> validation;
    private final int validateEvery;
    private final Optional<Checkpoints> checkpoints;
    private final Consumer<String> say;

    /**
     * A run that has not begun.
     *
     * @param progress      shows each step
     * @param log           is written to
     * @param validation    held-out samples, if there are any
     * @param validateEvery steps between two times that they are asked; also after the last step
     * @param checkpoints   model directories on the way, if any are wanted
     * @param say           is told what the held-out samples gave
     */
    public WatchedRun(TrainingListener progress, TrainingLog log, Optional<Validation> validation, int validateEvery,
                      Optional<Checkpoints> checkpoints, Consumer<String> say) {
        this.progress = progress;
        this.log = log;
        this.validation = validation;
        this.validateEvery = validateEvery;
        this.checkpoints = checkpoints;
        this.say = say;
    }

    @Override
    public void onStart(double[] losses) {
        log.start(losses);
        progress.onStart(losses);
    }

    @Override
    public void onStep(int step, int steps, double loss, int tokens) {
        progress.onStep(step, steps, loss, tokens);
    }

    @Override
    public void onStep(StepReport done) {
        progress.onStep(done);
        boolean due = done.step() % validateEvery == 0 || done.step() == done.steps();
        log.add(done, validation.isPresent() && due ? validate(validation.get(), done.step()) : Double.NaN);
        checkpoints.ifPresent(some -> some.after(done.step()));
    }

    private double validate(Validation held, int step) {
        double loss = held.loss();
        tell(step, String.format(Locale.ROOT, "validation loss %.4f on %d samples", loss, held.samples()));
        held.answers().forEach(answer -> tell(step, String.format(Locale.ROOT, "%s: %s -> %s (expected: %s)", answer.sample(),
                answer.turn().human(), answer.answer(), answer.turn().gpt())));
        return loss;
    }

    private void tell(int step, String line) {
        log.say(step, line);
        say.accept("step " + step + ": " + line.replaceAll("\\s*\\R\\s*", " "));
    }

    @Override
    public void close() {
        log.close();
    }
}
