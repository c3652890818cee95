package llava4j.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies;

/**
 * How to ask an OpenAI-compatible endpoint.
 *
 * @param url               base of its interface, such as {@code http://localhost:8000/v1}
 * @param model             name of the model that is to answer
 * @param key               sent with each request, written nowhere; {@code null} for servers that need none
 * @param temperature       {@code null} for the server's own
 * @param longestReply      most tokens of a reply; {@code null} for the server's own
 * @param retries           how often one request is tried again
 * @param firstWait         before the first retry; doubled for each further one, up to a minute
 * @param timeout           of one request
 * @param requestsPerMinute most requests begun in a minute
 * @param maxRequests       most requests in this run, retries included
 * @param maxTokens         no request is begun once those before have taken so many tokens
 */
public record EndpointSettings(String url, String model, String key, Double temperature, Integer longestReply, int retries,
        Duration firstWait, Duration timeout, int requestsPerMinute, int maxRequests, long maxTokens) {

    private static final String KEY = "OPENAI_API_KEY";
    private static final String LOG = "OPENAI_LOG";

    /**
     * {@return whether this has the form of an endpoint's base address}
     *
     * @param text such as {@code http://localhost:8000/v1}
     */
    public static boolean isAddress(String text) {
        try {
            return text.matches("https?://[^/@?#]+(/[^@?#]*)?") && new URI(text).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * {@return settings without a budget: six retries of at most two minutes each, ten requests a second, the key from the
     * environment}
     *
     * @param url   base of the endpoint's interface
     * @param model name of the model that is to answer
     * @throws UserError as {@link #key}
     */
    public static EndpointSettings usual(String url, String model) {
        return new EndpointSettings(url, model, key(url), null, null, 6, Duration.ofSeconds(1), Duration.ofMinutes(2), 600,
                Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * {@return the key, from the environment and from nowhere else; {@code null} if there is none}
     *
     * @param url where it would be sent
     * @throws UserError if the key would travel unencrypted, or be printed by the client
     */
    public static String key(String url) {
        if (System.getenv(LOG) != null) {
            throw UserError.of("unset the environment variable %s: it has the client print what servers send, and a server "
                    + "may repeat the key", LOG);
        }
        String key = System.getenv(KEY);
        if (key == null || key.isBlank()) {
            return null;
        }
        if (url.startsWith("http:") && !EnvironmentProxies.isThisMachine(URI.create(url))) {
            throw UserError.of("%s: the key would travel unencrypted: use https, or unset %s if this server needs no key",
                    url, KEY);
        }
        return checked(key.strip());
    }

    /** A line break in the middle would end the header that the key is sent in, and the client would print it all. */
    static String checked(String key) {
        if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw UserError.of("the environment variable %s holds a space, a line break or another character that no key has: "
                    + "set it to the key alone", KEY);
        }
        return key;
    }

    /**
     * {@return the same for replies of another kind}
     *
     * @param temperature  at which they are drawn; {@code null} for the server's own
     * @param longestReply most tokens of one; {@code null} for the server's own
     */
    public EndpointSettings with(Double temperature, Integer longestReply) {
        return new EndpointSettings(url, model, key, temperature, longestReply, retries, firstWait, timeout,
                requestsPerMinute, maxRequests, maxTokens);
    }

    /** Without the key, wherever it may be printed. */
    @Override
    public String toString() {
        return model + " at " + url;
    }
}
