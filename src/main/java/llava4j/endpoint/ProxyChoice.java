package llava4j.endpoint;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import llava4j.error.UserError;

/**
 * The proxy by which an endpoint is reached: Java's own properties first ({@code https.proxyHost}), then the environment
 * variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in capitals or small letters.
 *
 * <p>What one would get wrong: Java knows nothing of those variables, so that a client behind a proxy that every other
 * program uses waits for a connection that never comes. This machine itself is never asked for through a proxy.
 *
 * @param proxy to be given to the client; {@code null} leaves it to Java's own properties
 * @param name  for messages, such as {@code http://proxy:3128 (HTTPS_PROXY)}, without a password; empty for no proxy
 */
record ProxyChoice(Proxy proxy, String name) {

    private static final ProxyChoice JAVA_DECIDES = new ProxyChoice(null, "");

    /**
     * The proxy for an address.
     *
     * @param url         the endpoint's
     * @param environment the environment variables
     * @throws UserError if a variable is not the address of a proxy that can be used
     */
    static ProxyChoice of(String url, Map<String, String> environment) {
        URI address = URI.create(url);
        String scheme = address.getScheme().toLowerCase(Locale.ROOT);
        if (Stream.of(scheme + ".proxyHost", "socksProxyHost").anyMatch(name -> System.getProperty(name) != null)) {
            return ProxySelector.getDefault().select(address).stream().filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
                    .map(proxy -> (InetSocketAddress) proxy.address()).findFirst().map(at -> new ProxyChoice(null,
                            at.getHostString() + ":" + at.getPort() + " (Java's property)")).orElse(JAVA_DECIDES);
        }
        if (EndpointSettings.isLoopback(url) || excluded(address, value("no_proxy", environment).orElse(""))) {
            return JAVA_DECIDES;
        }
        return Stream.of(scheme + "_proxy", "all_proxy").filter(name -> value(name, environment).isPresent()).findFirst()
                .map(name -> read(name.toUpperCase(Locale.ROOT), value(name, environment).orElseThrow()))
                .orElse(JAVA_DECIDES);
    }

    /** In small letters first, as other programs read it; empty is not set. */
    private static Optional<String> value(String name, Map<String, String> environment) {
        return Stream.concat(Stream.of(name), environment.keySet().stream().sorted().filter(name::equalsIgnoreCase))
                .map(environment::get).filter(value -> value != null && !value.isBlank()).map(String::strip).findFirst();
    }

    /** Whether NO_PROXY names the host: itself, a domain that it lies in, with a port or without, or *. */
    private static boolean excluded(URI address, String list) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        return Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+")).filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> {
                    String[] parts = entry.matches("[^:]+:\\d+") ? entry.split(":") : new String[] {entry};
                    String domain = parts[0].replaceFirst("^\\*?\\.", "");
                    boolean samePort = parts.length == 1 || Integer.toString(port(address)).equals(parts[1]);
                    return entry.equals("*") || samePort && (host.equals(domain) || host.endsWith("." + domain));
                });
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** The value itself is not printed: it may hold a password. */
    private static ProxyChoice read(String name, String value) {
        URI proxy;
        try {
            proxy = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            throw UserError.of("the environment variable %s is not the address of a proxy: need http://HOST:PORT", name);
        }
        String scheme = proxy.getScheme().toLowerCase(Locale.ROOT);
        boolean socks = scheme.startsWith("socks");
        if (proxy.getHost() == null || !socks && !scheme.equals("http")) {
            throw UserError.of("the environment variable %s is not the address of a proxy that can be used: need "
                    + "http://HOST:PORT or socks5://HOST:PORT", name);
        }
        if (proxy.getUserInfo() != null) {
            throw UserError.of("the environment variable %s has a name and a password for the proxy, which are not supported: "
                    + "give a proxy that needs none, or name the endpoint's host in NO_PROXY", name);
        }
        int port = proxy.getPort() >= 0 ? proxy.getPort() : socks ? 1080 : 80;
        return new ProxyChoice(new Proxy(socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.getHost(), port)), scheme + "://" + proxy.getHost() + ":" + port
                + " (" + name + ")");
    }

    /** As an error ends, empty for no proxy. */
    String inWords() {
        return name.isEmpty() ? "" : ", through the proxy " + name;
    }
}
