package llava4j.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import llava4j.Llava;
import llava4j.serve.ServeSettings;
import llava4j.serve.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a model: a page to talk on, and OpenAI's interface for programs. */
@Command(name = "serve", mixinStandardHelpOptions = true, defaultValueProvider = ShippedModel.class,
        description = "Talk to a model in the browser, or with any client of OpenAI's chat interface. Without --model: the "
                + "shipped model of the tiny world.",
        footer = {"", "Ends with Ctrl-C, when the answers under way are given. The token of --host is the environment variable "
                + "LLAVA4J_TOKEN."})
final class ServeCommand implements Callable<Integer> {

    private static final String TOKEN = "LLAVA4J_TOKEN";

    @Mixin
    private ModelOptions model;

    @Mixin
    private AnswerPrecisionOption precision;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private TemplateOption template;

    @Option(names = "--host", defaultValue = "127.0.0.1", paramLabel = "ADDRESS",
            description = "Where to listen (default ${DEFAULT-VALUE}, this machine alone); any other takes a token.")
    private String host;

    @Option(names = "--port", converter = Range.Port.class, defaultValue = "8080", paramLabel = "N",
            description = "Default ${DEFAULT-VALUE}; 0 takes one that is free.")
    private int port;

    @Option(names = "--queue", converter = Range.Parallel.class, defaultValue = "32", paramLabel = "N",
            description = "Requests under way at a time; more are told to come again (default ${DEFAULT-VALUE}).")
    private int places;

    @Option(names = "--timeout", converter = Range.Count.class, defaultValue = "300", paramLabel = "SECONDS",
            description = "From a request's arrival to the end of its answer (default ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--max-request", converter = Range.Megabytes.class, defaultValue = "8", paramLabel = "MB",
            description = "Largest request, pictures included (default ${DEFAULT-VALUE}).")
    private int largest;

    @Option(names = "--allow-fetch", description = "Also fetch pictures from addresses that a client names.")
    private boolean allowFetch;

    @Override
    public Integer call() throws InterruptedException {
        precision.choose(model);
        String token = System.getenv(TOKEN);
        Llava llava = template.asked(pictures.asked(model.open()));
        Path named = model.model.toAbsolutePath().normalize().getFileName();
        Server server = new Server(llava, new ServeSettings(host, port, Optional.ofNullable(token).filter(some -> !some.isBlank()),
                places, Duration.ofSeconds(timeout), largest << 20, allowFetch, named == null ? "model" : named.toString()),
                System.err::println, failure -> System.err.println(FailureLine.of(failure)));
        System.out.println(model.model + " answers at " + server.start());
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            ended.countDown();
        }));
        ended.await();
        return 0;
    }
}
