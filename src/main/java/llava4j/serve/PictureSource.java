package llava4j.serve;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import llava4j.proxy.EnvironmentProxies;

/**
 * Where a request's pictures come from: its own text, as a data URI, or, if that is allowed, an address.
 *
 * <p>What one would get wrong: a server that fetches whatever address it is told can be sent to addresses that only it can
 * reach, so that it is an option and not the rule.
 */
final class PictureSource {

    private static final String BASE64 = ";base64,";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final boolean fetches;
    private final int largest;
    private final HttpClient client;

    /** @param largest bytes of a fetched picture */
    PictureSource(boolean fetches, int largest) {
        this.fetches = fetches;
        this.largest = largest;
        client = !fetches ? null : HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NORMAL)
                .proxy(new EnvironmentProxies(System.getenv())).build();
    }

    /**
     * The bytes of a picture file.
     *
     * @param url   {@code data:image/png;base64,..}, or an address
     * @param param the request's field, for errors
     */
    byte[] bytes(String url, String param) {
        if (url.startsWith("data:")) {
            return decoded(url, param);
        }
        String scheme = url.toLowerCase(Locale.ROOT);
        if (!scheme.startsWith("http://") && !scheme.startsWith("https://")) {
            throw ApiError.invalid(param, "a picture is given as data:image/png;base64,.. (or image/jpeg, and so on)");
        }
        if (!fetches) {
            throw ApiError.invalid(param, "this server fetches no pictures: send it as data:image/png;base64,.. (or start the "
                    + "server with --allow-fetch)");
        }
        return fetched(url, param);
    }

    private static byte[] decoded(String url, String param) {
        int data = url.indexOf(BASE64);
        if (data < 0 || !url.startsWith("data:image/")) {
            throw ApiError.invalid(param, "need data:image/..;base64,..");
        }
        try {
            return Base64.getMimeDecoder().decode(url.substring(data + BASE64.length()));
        } catch (IllegalArgumentException e) {
            throw ApiError.invalid(param, "the picture is not whole: its base64 text is damaged");
        }
    }

    private byte[] fetched(String url, String param) {
        try {
            HttpResponse<InputStream> response = client.send(HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(largest + 1);
                if (response.statusCode() != 200 || bytes.length > largest) {
                    throw ApiError.invalid(param, response.statusCode() != 200 ? "the picture's address answers "
                            + response.statusCode() : "the picture has more than " + largest + " bytes");
                }
                return bytes;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw ApiError.invalid(param, "the picture cannot be fetched from its address");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.unavailable("the server is stopping");
        }
    }
}
