package llava4j.fetch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import llava4j.error.UserError;

/**
 * The way to an address by the variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in
 * lower or upper case, as curl and Python read them.
 *
 * <p>Java itself knows none of them, only its own {@code https.proxyHost} and {@code http.proxyHost}; where one of these is
 * set, it comes first. What one would get wrong: which variable counts goes by the address that is asked for, not by the
 * proxy's own scheme, which is {@code http} nearly always.
 */
final class EnvironmentProxies extends ProxySelector {

    private final Map<String, String> variables = new TreeMap<>();
    private final ProxySelector java;

    private EnvironmentProxies(Map<String, String> environment, ProxySelector java) {
        this.java = java;
        // In a byte order that has lower case last, so that it wins
        new TreeMap<>(environment).forEach((name, value) -> variables.put(name.toLowerCase(Locale.ROOT), value.strip()));
    }

    /**
     * {@return the ways}
     *
     * @param environment as {@link System#getenv()} gives it
     * @throws UserError if a proxy's address cannot be read
     */
    static EnvironmentProxies over(Map<String, String> environment) {
        EnvironmentProxies ways = new EnvironmentProxies(environment, ProxySelector.getDefault());
        ways.proxy("http");
        ways.proxy("https");
        return ways;
    }

    @Override
    public List<Proxy> select(URI address) {
        if (System.getProperty(address.getScheme() + ".proxyHost") != null && java != null) {
            return java.select(address);
        }
        Optional<URI> proxy = direct(address) ? Optional.empty() : proxy(address.getScheme());
        return List.of(proxy.map(p -> new Proxy(Proxy.Type.HTTP,
                new InetSocketAddress(p.getHost(), p.getPort() < 0 ? 80 : p.getPort()))).orElse(Proxy.NO_PROXY));
    }

    /**
     * {@return the header by which the proxy for an address recognises who asks, if its address holds name and password}
     *
     * @param address that is asked for
     */
    Optional<String> authorization(URI address) {
        if (System.getProperty(address.getScheme() + ".proxyHost") != null || direct(address)) {
            return Optional.empty();
        }
        return proxy(address.getScheme()).map(URI::getUserInfo).map(user -> "Basic "
                + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<URI> proxy(String scheme) {
        String name = variables.getOrDefault(scheme + "_proxy", "").isEmpty() ? "all_proxy" : scheme + "_proxy";
        String value = variables.getOrDefault(name, "");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
            if (proxy.getHost() != null && proxy.getScheme().equalsIgnoreCase("http")) {
                return Optional.of(proxy);
            }
        } catch (IllegalArgumentException e) {
            // Refused below, without its text, which may hold a password
        }
        throw UserError.of("%s: need http://HOST:PORT or http://NAME:PASSWORD@HOST:PORT (%% before special letters of the "
                + "password); proxies of other kinds are not supported", name.toUpperCase(Locale.ROOT));
    }

    /** Whether NO_PROXY names the host, a domain that it lies in, or all. */
    private boolean direct(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        for (String entry : variables.getOrDefault("no_proxy", "").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = entry.replaceFirst("^\\*?\\.", "");
            int colon = name.lastIndexOf(':');
            boolean withPort = colon > 0 && name.substring(colon + 1).matches("\\d+");
            boolean port = !withPort || name.substring(colon + 1).equals(String.valueOf(address.getPort()));
            String domain = withPort ? name.substring(0, colon) : name;
            if (entry.equals("*") || !domain.isEmpty() && port && (host.equals(domain) || host.endsWith("." + domain))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The failure itself reaches who asked.
    }
}
