package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.BindException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import llava4j.Llava;
import llava4j.conversation.UnknownWords;
import llava4j.error.UserError;
import llava4j.tinyworld.WorldWords;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A model on the web: {@code /v1/…} as OpenAI's clients know it, {@code /} the page, {@code /llava4j/…} what the page asks.
 *
 * <p>What is said in one conversation is not known in another: all that a request needs comes with it, and what is kept of it
 * ({@link KeptConversations}) changes how long an answer takes and never what it is.
 */
public final class Server implements AutoCloseable {

    private static final int THREADS_BESIDE = 16;
    private static final int IDLE_MS = 30_000;
    /** Bytes a second below which a body is too slow to be waited for. An answer has no such rate: the model sets its pace. */
    private static final int SLOWEST = 1000;
    private static final long LAST_ANSWERS_SECONDS = 20;

    private final Llava model;
    private final ServeSettings settings;
    private final AccessRules access;
    private final DecodingLine line;
    private final Look look;
    private final ChatCompletions completions;
    private final PictureSource source;
    private final Metrics metrics = new Metrics();
    private final RequestLog log;
    private final Consumer<Throwable> defects;
    private final LiveRun run;
    private final Javalin web;

    /**
     * Checks the settings; nothing listens before {@link #start}.
     *
     * @param model    answers; used by one thread
     * @param settings where and to whom
     * @param log      is given a line for each request, without its content
     * @param defects  is told of failures of which a client hears only that they happened
     * @throws UserError if other machines could ask and no token is required
     */
    public Server(Llava model, ServeSettings settings, Consumer<String> log, Consumer<Throwable> defects) {
        this(model, settings, log, defects, null);
    }

    /**
     * Serves a model that is being trained: the run is shown, and the model can be talked to when it is over.
     *
     * @param model    the one that learns
     * @param settings where and to whom
     * @param log      is given a line for each request, without its content
     * @param defects  is told of failures of which a client hears only that they happened
     * @param run      what the page shows; {@code null} for a model that does not change
     * @throws UserError if other machines could ask and no token is required
     */
    public Server(Llava model, ServeSettings settings, Consumer<String> log, Consumer<Throwable> defects, LiveRun run) {
        this.model = model;
        this.settings = settings;
        this.log = new RequestLog(log);
        this.defects = defects;
        access = new AccessRules(settings);
        this.run = run;
        line = new DecodingLine(settings.places(), model.config().decoder().hiddenSize(), () -> run != null && run.isUnderWay());
        source = new PictureSource(settings.allowFetch(), settings.largestRequest());
        Speaker speaker = new Speaker(model);
        look = new Look(model, speaker);
        completions = new ChatCompletions(settings, line, speaker, metrics, source);
        web = Javalin.create(this::configure);
        routes();
        failures();
    }

    private void configure(JavalinConfig config) {
        config.showJavalinBanner = false;
        config.startupWatcherEnabled = false;
        config.http.disableCompression();                   // a stream must not wait in a compressor
        config.http.prefer405over404 = true;
        // Each place in the line holds a thread while it waits; the others say that there is none
        config.jetty.threadPool = new QueuedThreadPool(settings.places() + THREADS_BESIDE, 4);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setIdleTimeout(IDLE_MS);
            http.setMinRequestDataRate(SLOWEST);
        });
        config.requestLogger.http((context, milliseconds) -> {
            metrics.request(RequestLog.status(context));
            log.write(context, milliseconds);
        });
    }

    private void routes() {
        web.before(context -> {
            access.checkPlace(context.header("Host"), context.header("Origin"));
            context.header("X-Content-Type-Options", "nosniff");
        });
        Page.routes(web);
        guarded(HandlerType.GET, "/v1/models", context -> json(context, models()));
        guarded(HandlerType.GET, "/v1/models/{model}", this::oneModel);
        guarded(HandlerType.POST, "/v1/chat/completions", completions::handle);
        guarded(HandlerType.GET, "/metrics", context -> context.contentType("text/plain; version=0.0.4")
                .result(metrics.text(line.taken())));
        guarded(HandlerType.GET, "/llava4j/about", context -> json(context, About.of(model, settings.name())));
        guarded(HandlerType.GET, "/llava4j/run", context -> json(context, run != null ? run.json()
                : JsonNodeFactory.instance.objectNode().put("state", "none")));
        guarded(HandlerType.POST, "/llava4j/look", context -> inLine(context, body -> {
            Messages messages = Messages.of(body.path("messages"), true, source);
            return () -> look.at(messages, body);
        }));
        guarded(HandlerType.POST, "/llava4j/words", context -> inLine(context, body -> () -> unknownWords(body)));
        guarded(HandlerType.POST, "/llava4j/board", context -> {
            byte[] png = Board.png(Body.json(context, settings.largestRequest()));
            context.contentType("image/png").result(png);
        });
    }

    private interface Action {
        void handle(Context context) throws IOException, InterruptedException;
    }

    private void guarded(HandlerType method, String path, Action action) {
        web.addHttpHandler(method, path, context -> {
            context.attribute(RequestLog.ADDRESS, path);
            access.checkToken(context.header("Authorization"));
            if (method == HandlerType.POST) {
                access.checkForm(context.contentType());
            }
            action.handle(context);
        });
    }

    /** A body is read where it arrives, which may wait for others' pictures; what comes of it is computed in the line. */
    private interface Computation {
        Supplier<ObjectNode> of(JsonNode body);
    }

    private void inLine(Context context, Computation computation) throws IOException {
        try (DecodingLine.Place place = line.place()) {
            Supplier<ObjectNode> wanted = computation.of(Body.json(context, settings.largestRequest()));
            json(context, place.call(wanted, settings.timeout().toSeconds(), ClientConnection.current()));
        }
    }

    private static void json(Context context, ObjectNode node) {
        context.contentType("application/json").result(node.toString());
    }

    private ObjectNode models() {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        root.putArray("data").add(offered());
        return root;
    }

    private ObjectNode offered() {
        return JsonNodeFactory.instance.objectNode().put("id", settings.name()).put("object", "model").put("created", 0)
                .put("owned_by", "llava4j");
    }

    private void oneModel(Context context) {
        if (!context.pathParam("model").equals(settings.name())) {
            throw ApiError.absent("model", "model_not_found", "there is no such model here; /v1/models tells the one there is");
        }
        json(context, offered());
    }

    private ObjectNode unknownWords(JsonNode body) {
        String notice = UnknownWords.notice(model.tokenizer(), body.path("text").asText(),
                WorldWords.guide(model.tokenizer().vocabulary())).orElse(null);
        return JsonNodeFactory.instance.objectNode().put("notice", notice);
    }

    private void failures() {
        web.exception(HttpResponseException.class, (e, context) -> refuse(context, e.getStatus() == 404
                ? ApiError.absent(null, "not_found", "there is nothing at this address")
                : ApiError.refused(e.getStatus(), null, "this address does not take that")));
        web.exception(ChatCompletions.BrokenOff.class, (e, context) -> {
            context.attribute(RequestLog.STATUS, 500);
            defects.accept(e.getCause());
        });
        web.exception(IOException.class, (e, context) -> context.attribute(RequestLog.STATUS, RequestLog.CLIENT_GONE));
        web.exception(Exception.class, (e, context) -> refuse(context, e));
    }

    private void refuse(Context context, Throwable failure) {
        ApiError error = ApiError.of(failure);
        if (error.status() == 500) {
            defects.accept(failure);
        }
        if (error.status() == 429) {
            context.header("Retry-After", "1");
        }
        context.status(error.status());
        json(context, error.json());
    }

    /**
     * Listens.
     *
     * @return the address of the page
     * @throws UserError if the port is taken
     */
    public String start() {
        try {
            web.start(settings.host(), settings.port());
        } catch (RuntimeException e) {
            String why = e.getCause() instanceof BindException ? "it is taken" : String.valueOf(e.getMessage());
            throw new UserError("--port " + settings.port() + ": nothing can listen there (" + why + "): choose another, or 0 for "
                    + "any that is free", e);
        }
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return "http://" + host + ":" + web.port() + "/";
    }

    /** Takes no more requests, and stops when those that are there have their answers, or after twenty seconds. */
    @Override
    public void close() {
        line.drain(LAST_ANSWERS_SECONDS);
        web.stop();
        line.close();
    }
}
