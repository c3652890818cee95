package llava4j.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies;

/**
 * Asks the hub by HTTP GET and follows its redirects.
 *
 * <p>The hub answers a request for a large file with the address of a storage server, of another host. What one would get
 * wrong: whoever follows by the client's own means sends the headers along, the token too, to a host that it is not meant
 * for. So redirects are followed by hand, and the token goes to the hub's own address alone.
 */
final class HubConnection {

    private static final int MOST_REDIRECTS = 10;
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> CONTENT = Set.of(200, 206, 416);
    private static final String SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    static {
        // Java by itself keeps name and password from a proxy that it tunnels through; who wrote them into HTTPS_PROXY
        // wants them sent
        if (System.getProperty(SCHEMES) == null) {
            System.setProperty(SCHEMES, "");
        }
    }

    /** What a server's refusal means, and what to do. */
    interface Refused {
        UserError inWords(int status, HttpHeaders headers);
    }

    private final HubSettings settings;
    private final HttpClient client;

    HubConnection(HubSettings settings) {
        this.settings = settings;
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT).proxy(settings.proxies()).build();
    }

    /**
     * {@return an answer with content: status 200, 206 or 416; its body must be closed}
     *
     * @param refused says in words what a refusal means
     * @param address on the hub
     * @param headers besides the token
     * @throws UserError   if the hub refuses, and will refuse again
     * @throws IOException if another try may succeed
     */
    HttpResponse<InputStream> get(Refused refused, URI address, Map<String, String> headers) throws IOException {
        URI there = address;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            HttpResponse<InputStream> response = send(there, headers);
            int status = response.statusCode();
            if (CONTENT.contains(status)) {
                return response;
            }
            response.body().close();
            if (!REDIRECTS.contains(status)) {
                throw refusal(refused, there, response);
            }
            there = redirected(there, response.headers());
        }
        throw UserError.of("%s: more than %d redirects, which lead nowhere: is this the right address?", address.getHost(),
                MOST_REDIRECTS);
    }

    /** {@return the body, which breaks off when nothing comes} */
    InputStream body(HttpResponse<InputStream> response) {
        return new ImpatientStream(response.body(), settings.stall());
    }

    private HttpResponse<InputStream> send(URI address, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(settings.stall())
                .header("User-Agent", "llava4j");
        headers.forEach(request::header);
        if (settings.isHub(address)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        if (settings.proxies() instanceof EnvironmentProxies proxies) {
            proxies.authorization(address).ifPresent(user -> request.header("Proxy-Authorization", user));
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted: the same command goes on from there", e);
        }
    }

    private static URI redirected(URI from, HttpHeaders headers) throws IOException {
        URI to;
        try {
            to = from.resolve(headers.firstValue("Location").orElse("")).normalize();
        } catch (IllegalArgumentException e) {
            throw new Unavailable(from.getHost() + " redirects to no address", Optional.empty());
        }
        boolean web = to.getHost() != null && ("https".equals(to.getScheme()) || "http".equals(to.getScheme()));
        if (!web || from.getScheme().equals("https") && to.getScheme().equals("http")) {
            throw UserError.of("%s redirects to %s, which is not encrypted or no web address: nothing is fetched from there",
                    from.getHost(), to.getHost());
        }
        return to;
    }

    /** {@return what to throw: an {@link Unavailable} where another try may help, else thrown at once as a user's error} */
    private Unavailable refusal(Refused refused, URI address, HttpResponse<?> response) {
        int status = response.statusCode();
        // A storage server's refusal means that its address, good for some minutes, has run out: the hub gives a new one
        if (status == 408 || status == 429 || status >= 500 || !settings.isHub(address) && status != 407) {
            return new Unavailable(address.getHost() + " answers " + status, retryAfter(response.headers()));
        }
        throw refused.inWords(status, response.headers());
    }

    private static Optional<Duration> retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,7}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Duration pause = Duration.between(ZonedDateTime.now(),
                    ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
