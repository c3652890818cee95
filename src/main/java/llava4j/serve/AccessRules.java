package llava4j.serve;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import llava4j.error.UserError;

/**
 * Who may ask.
 *
 * <p>Other machines need a token. On the machine itself every page that its browser has open could send requests to it; so the
 * name in the address must be the machine's own, a page must come from this server, and a request with a body must say that it
 * is JSON, for which a browser asks leave first. What one would get wrong: "only this machine can reach it" does not hold
 * where a stranger's name is made to mean 127.0.0.1.
 */
final class AccessRules {

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String BEARER = "Bearer ";

    private final boolean local;
    private final Optional<String> token;

    /**
     * @throws UserError if other machines could ask and no token is required
     */
    AccessRules(ServeSettings settings) {
        token = settings.token();
        local = isThisMachine(settings.host());
        if (!local && token.isEmpty()) {
            throw UserError.of("--host %s: other machines could ask there, so a token is needed: set LLAVA4J_TOKEN, and give it "
                    + "to those who may", settings.host());
        }
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new UserError("--host " + host + ": no address of this name is known", e);
        }
    }

    /** Looks at where a request comes from; {@code null} for a header that is not there. */
    void checkPlace(String host, String origin) {
        String name = host == null ? "" : host.replaceFirst(":\\d+$", "");
        if (local && !THIS_MACHINE.contains(name)) {
            throw ApiError.refused(403, "wrong_host", "this server answers at 127.0.0.1 and localhost alone");
        }
        if (origin != null && !(host != null && host.equals(authority(origin)))) {
            throw ApiError.refused(403, "wrong_origin", "a page of another address may not ask here");
        }
    }

    private static String authority(String origin) {
        try {
            return URI.create(origin).getAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Looks at who asks: the header {@code Authorization}, or {@code null}. */
    void checkToken(String authorization) {
        if (token.isEmpty()) {
            return;
        }
        String shown = authorization != null && authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
        if (!MessageDigest.isEqual(token.get().getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8))) {
            throw ApiError.refused(401, "invalid_api_key", "a token is needed here: Authorization: Bearer TOKEN");
        }
    }

    /** Looks at what a body says that it is. */
    void checkForm(String contentType) {
        if (contentType == null || !contentType.split(";")[0].strip().equalsIgnoreCase("application/json")) {
            throw ApiError.refused(415, "not_json", "a request has a body of Content-Type application/json");
        }
    }
}
