package llava4j.serve;

import java.time.Duration;
import java.util.Optional;

/**
 * How a model is served.
 *
 * @param host           address to listen on; other than this machine's own only with a token
 * @param port           0 takes any that is free
 * @param token          that a client has to show, if any
 * @param places         requests under way at a time, the one that is being answered among them; more are told to come later
 * @param timeout        from a request's arrival to the end of its answer
 * @param largestRequest bytes, pictures included
 * @param allowFetch     whether pictures are fetched from addresses that a client names
 * @param name           under which the model is offered
 */
public record ServeSettings(String host, int port, Optional<String> token, int places, Duration timeout, int largestRequest,
                            boolean allowFetch, String name) {

    /**
     * {@return the usual settings: on this machine alone, without a token}
     *
     * @param name under which the model is offered
     */
    public static ServeSettings usual(String name) {
        return new ServeSettings("127.0.0.1", 8080, Optional.empty(), 32, Duration.ofSeconds(300), 8 << 20, false, name);
    }
}
