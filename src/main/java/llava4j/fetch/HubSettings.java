package llava4j.fetch;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies;

/**
 * Where the hub is and how patient to be with it.
 *
 * @param endpoint  the hub's address, with a slash at its end
 * @param token     proves who asks; empty for what everybody may read. It is printed nowhere.
 * @param proxies   the way to each address
 * @param tries     in a row without a byte, before it is given up
 * @param firstWait before the second try; doubled for each further one
 * @param stall     without a byte, after which a connection counts as broken
 */
public record HubSettings(URI endpoint, Optional<String> token, ProxySelector proxies, int tries, Duration firstWait,
                          Duration stall) {

    private static final String HUB = "https://huggingface.co";

    /**
     * {@return the settings by the usual variables: {@code HF_ENDPOINT}, {@code HF_TOKEN} and the proxy's}
     *
     * @param environment as {@link System#getenv()} gives it
     * @throws UserError if one of them cannot be used; a token is not repeated
     */
    public static HubSettings from(Map<String, String> environment) {
        String given = environment.getOrDefault("HF_ENDPOINT", "").strip();
        URI endpoint;
        try {
            endpoint = URI.create((given.isEmpty() ? HUB : given).replaceFirst("/*$", "/"));
        } catch (IllegalArgumentException e) {
            endpoint = URI.create("");
        }
        if (endpoint.getHost() == null || !endpoint.toString().matches("https?://.*") || endpoint.getUserInfo() != null) {
            throw UserError.of("HF_ENDPOINT=%s: need an address such as %s, without name and password",
                    given.replaceFirst("//.*@", "//...@"), HUB);
        }
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        if (!token.matches("[!-~]*")) {
            throw new UserError("HF_TOKEN: has characters that no token has (it is not shown here): copy it again");
        }
        boolean overheard = endpoint.getScheme().equals("http") && !EnvironmentProxies.isThisMachine(endpoint);
        if (overheard && !token.isEmpty()) {
            throw UserError.of("HF_ENDPOINT=%s: HF_TOKEN would travel unencrypted: use https, or unset HF_TOKEN", given);
        }
        EnvironmentProxies proxies = new EnvironmentProxies(environment, EnvironmentProxies.Ability.NAME_AND_PASSWORD);
        proxies.check();
        return new HubSettings(endpoint, token.isEmpty() ? Optional.empty() : Optional.of(token),
                proxies, 6, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    /**
     * {@return whether an address lies on the hub itself; only there the token is shown}
     *
     * @param address any
     */
    boolean isHub(URI address) {
        return endpoint.getScheme().equalsIgnoreCase(address.getScheme())
                && endpoint.getHost().equalsIgnoreCase(address.getHost()) && port(endpoint) == port(address);
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : address.getScheme().equals("https") ? 443 : 80;
    }

    /** {@return everything but the token} */
    @Override
    public String toString() {
        return endpoint + (token.isPresent() ? " with a token" : " without a token");
    }
}
