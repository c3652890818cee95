package llava4j.teacher;

import java.time.Duration;

/**
 * How to ask an OpenAI-compatible endpoint.
 *
 * @param url               base of its interface, such as {@code http://localhost:8000/v1}
 * @param model             name of the model that is to answer
 * @param key               sent with each request, written nowhere; {@code null} for servers that need none
 * @param temperature       {@code null} for the server's own
 * @param retries           how often one request is tried again
 * @param firstWait         before the first retry; doubled for each further one, up to a minute
 * @param timeout           of one request
 * @param requestsPerMinute most requests begun in a minute
 * @param maxRequests       most requests in this run, retries included
 * @param maxTokens         no request is begun once those before have taken so many tokens
 */
public record EndpointSettings(String url, String model, String key, Double temperature, int retries, Duration firstWait,
        Duration timeout, int requestsPerMinute, int maxRequests, long maxTokens) {

    /** Without the key, wherever it may be printed. */
    @Override
    public String toString() {
        return model + " at " + url;
    }
}
