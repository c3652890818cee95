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

    @Option(names = "--parallel", defaultValue = "4", paramLabel = "N",
            description = "Endpoint: requests under way at a time (default ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(names = "--requests-per-minute", defaultValue = "60", paramLabel = "N",
            description = "Endpoint: most requests begun in a minute (default ${DEFAULT-VALUE}).")
    private int requestsPerMinute;

    @Option(names = "--retries", defaultValue = "6", paramLabel = "N",
            description = "Endpoint: tries after a failed one, 1, 2, 4 ... seconds apart or as the server asks "
                    + "(default ${DEFAULT-VALUE}).")
    private int retries;

    @Option(names = "--timeout", defaultValue = "120", paramLabel = "SECONDS",
            description = "Endpoint: how long an answer may take (default ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--max-requests", paramLabel = "N",
            description = "Endpoint: budget, most requests in this run, retries included (default none).")
    private Integer maxRequests;

    @Option(names = "--max-tokens", paramLabel = "N",
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
        if (parallel < 1 || parallel > 256 || requestsPerMinute < 1 || retries < 0 || timeout < 1
                || maxRequests != null && maxRequests < 1 || maxTokens != null && maxTokens < 1) {
            throw new UserError("--parallel (at most 256), --requests-per-minute, --timeout, --max-requests and --max-tokens "
                    + "need 1 or more, --retries 0 or more");
        }
        return replies.in(new EndpointSettings(url, model, EndpointSettings.key(url), null, null, retries, Duration.ofSeconds(1),
                Duration.ofSeconds(timeout), requestsPerMinute, maxRequests == null ? Integer.MAX_VALUE : maxRequests,
                maxTokens == null ? Long.MAX_VALUE : maxTokens), null, null);
    }
}
