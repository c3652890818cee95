package llava4j.fetch;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies;

/**
 * Where the hub is, or a registry that files are fetched from in the same way, and how patient to be with it.
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
    private static final String REGISTRY = "https://registry.npmjs.org";

    /**
     * {@return the settings by the usual variables: {@code HF_ENDPOINT}, {@code HF_TOKEN} and the proxy's}
     *
     * @param environment as {@link System#getenv()} gives it
     * @throws UserError if one of them cannot be used; a token is not repeated
     */
    public static HubSettings from(Map<String, String> environment) {
        URI endpoint = address("HF_ENDPOINT", environment.getOrDefault("HF_ENDPOINT", ""), HUB);
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        if (!token.matches("[!-~]*")) {
            throw new UserError("HF_TOKEN: has characters that no token has (it is not shown here): copy it again");
        }
        boolean overheard = endpoint.getScheme().equals("http") && !EnvironmentProxies.isThisMachine(endpoint);
        if (overheard && !token.isEmpty()) {
            throw UserError.of("HF_ENDPOINT=%s: HF_TOKEN would travel unencrypted: use https, or unset HF_TOKEN", endpoint);
        }
        return patient(endpoint, token.isEmpty() ? Optional.empty() : Optional.of(token), environment);
    }

    /**
     * {@return the settings for a registry of npm's form, to which no token is sent}
     *
     * @param registry    its address; empty for the one of the usual variable, {@code npm_config_registry}, or else npm's own
     * @param environment as {@link System#getenv()} gives it
     * @throws UserError if the address or a proxy cannot be used
     */
    public static HubSettings ofRegistry(Optional<String> registry, Map<String, String> environment) {
        String given = registry.or(() -> Stream.of("npm_config_registry", "NPM_CONFIG_REGISTRY").map(environment::get)
                .filter(Objects::nonNull).findFirst()).orElse("");
        return patient(address(registry.isPresent() ? "--registry" : "npm_config_registry", given, REGISTRY), Optional.empty(),
                environment);
    }

    private static HubSettings patient(URI endpoint, Optional<String> token, Map<String, String> environment) {
        EnvironmentProxies proxies = new EnvironmentProxies(environment, EnvironmentProxies.Ability.NAME_AND_PASSWORD);
        proxies.check();
        return new HubSettings(endpoint, token, proxies, 6, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    private static URI address(String name, String given, String usual) {
        URI address;
        try {
            address = URI.create((given.isBlank() ? usual : given.strip()).replaceFirst("/*$", "/"));
        } catch (IllegalArgumentException e) {
            address = URI.create("");
        }
        if (address.getHost() == null || !address.toString().matches("https?://.*") || address.getUserInfo() != null) {
            throw UserError.of("%s=%s: need an address such as %s, without name and password", name,
                    given.strip().replaceFirst("//.*@", "//...@"), usual);
        }
        return address;
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
