package llava4j.cli;

import java.time.Duration;
import llava4j.endpoint.EndpointSettings;
import llava4j.error.UserError;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that ask an OpenAI-compatible endpoint. The key comes from the environment and from nowhere else. */
final class EndpointOptions {

    @Option(names = "--model-name", paramLabel = "NAME", description = "Endpoint: the model that is to answer.")
    private String model;

    @Mixin
    private ReplyOptions replies;

    @Option(names = "--parallel", converter = Range.Parallel.class, defaultValue = "4", paramLabel = "N",
            description = "Endpoint: requests under way at a time (default ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(names = "--requests-per-minute", converter = Range.Count.class, defaultValue = "60", paramLabel = "N",
            description = "Endpoint: most requests begun in a minute (default ${DEFAULT-VALUE}).")
    private int requestsPerMinute;

    @Option(names = "--retries", converter = Range.CountOrNone.class, defaultValue = "6", paramLabel = "N",
            description = "Endpoint: tries after a failed one, 1, 2, 4 ... seconds apart or as the server asks "
                    + "(default ${DEFAULT-VALUE}).")
    private int retries;

    @Option(names = "--timeout", converter = Range.Count.class, defaultValue = "120", paramLabel = "SECONDS",
            description = "Endpoint: how long an answer may take (default ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--max-requests", converter = Range.Count.class, paramLabel = "N",
            description = "Endpoint: budget, most requests in this run, retries included (default none).")
    private Integer maxRequests;

    @Option(names = "--max-tokens", converter = Range.LongCount.class, paramLabel = "N",
            description = "Endpoint: budget, no request is begun after so many tokens in this run (default none).")
    private Long maxTokens;

    int parallel() {
        return parallel;
    }

    /**
     * The settings for a base address.
     *
     * @throws UserError if a value does not fit, or if the key would travel unencrypted
     */
    EndpointSettings settings(String url) {
        if (model == null || model.isBlank()) {
            throw new UserError("--model-name is needed with an endpoint");
        }
        return replies.in(new EndpointSettings(url, model, EndpointSettings.key(url), null, null, retries, Duration.ofSeconds(1),
                Duration.ofSeconds(timeout), requestsPerMinute, maxRequests == null ? Integer.MAX_VALUE : maxRequests,
                maxTokens == null ? Long.MAX_VALUE : maxTokens), null, null);
    }
}
