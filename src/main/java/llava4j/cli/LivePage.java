package llava4j.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import llava4j.Llava;
import llava4j.serve.LiveRun;
import llava4j.serve.ServeSettings;
import llava4j.serve.Server;
import llava4j.train.StepReport;
import llava4j.train.TrainingListener;
import picocli.CommandLine.Option;

/**
 * The option {@code --watch}: a page on this machine that shows a run as it goes, and on which one talks to the model when it
 * is over.
 *
 * <p>The run is told to the page and nothing comes back, so that a run that is watched ends in the same bits as one that is
 * not.
 */
final class LivePage {

    private static final int ASK_EVERY = 25;

    @Option(names = "--watch", arity = "0..1", fallbackValue = "8080", converter = Range.Port.class, paramLabel = "PORT",
            description = "Show the run live on a page of this machine (port ${FALLBACK-VALUE} if none is given), and talk to the "
                    + "model there when it is over; Ctrl-C ends.")
    private Integer port;

    private final LiveRun run = new LiveRun();
    private Server server;

    boolean isWanted() {
        return port != null;
    }

    /** Opens the page, if one is wanted and it is not open yet: before anything that takes long, since the port may be taken. */
    void open(Llava model) {
        if (isWanted() && server == null) {
            ServeSettings usual = ServeSettings.usual("model");
            Server opened = new Server(model, new ServeSettings(usual.host(), port, usual.token(), usual.places(), usual.timeout(),
                    usual.largestRequest(), false, usual.name()), line -> { }, failure ->
                    System.err.println(FailureLine.of(failure)), run);
            System.err.println("watch the run at " + opened.start());
            server = opened;
        }
    }

    /**
     * A listener that tells the page of a stage, and another one as before.
     *
     * @param asked the questions that are asked again and again, with their answers as they are now
     */
    TrainingListener of(String stage, Llava model, TrainingListener other, Supplier<List<LiveRun.Asked>> asked) {
        open(model);
        run.begin(stage);
        return new TrainingListener() {
            @Override
            public void onStart(double[] losses) {
                other.onStart(losses);
                run.answers(losses.length, asked.get());
            }

            @Override
            public void onStep(int step, int steps, double loss, int tokens) {
                other.onStep(step, steps, loss, tokens);
            }

            @Override
            public void onStep(StepReport done) {
                other.onStep(done);
                run.step(done);
                if (done.step() % ASK_EVERY == 0 || done.step() == done.steps()) {
                    run.answers(done.step(), asked.get());
                }
            }
        };
    }

    /** The run is over: lets people talk to the model until the process is told to end. */
    void stay() {
        if (server == null) {
            return;
        }
        run.end();
        System.err.println("the run is over: talk to the model on the page; Ctrl-C ends");
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
