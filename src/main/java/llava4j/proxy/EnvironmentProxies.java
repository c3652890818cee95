package llava4j.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import llava4j.error.UserError;

/**
 * The way to an address by the variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in
 * lower or upper case, as curl and Python read them; this machine itself is never asked for through a proxy of theirs.
 *
 * <p>Java itself knows none of them, only its own {@code https.proxyHost}, {@code http.proxyHost} and {@code socksProxyHost};
 * where one of these is set, it comes first. What one would get wrong: which variable counts goes by the address that is
 * asked for, not by the proxy's own scheme, which is {@code http} nearly always.
 */
public final class EnvironmentProxies extends ProxySelector {

    /** What a client can do with a proxy beyond talking to it by HTTP. */
    public enum Ability {
        /** It tells the proxy who asks. */
        NAME_AND_PASSWORD,
        /** It speaks the SOCKS protocol too. */
        SOCKS
    }

    /** A proxy and the variable that names it. */
    private record Way(URI proxy, String variable) {

        boolean socks() {
            return proxy.getScheme().toLowerCase(Locale.ROOT).startsWith("socks");
        }

        int port() {
            return proxy.getPort() >= 0 ? proxy.getPort() : socks() ? 1080 : 80;
        }
    }

    private static final String IPV4 = "(?:\\d{1,3}\\.){3}\\d{1,3}";

    private final Map<String, String> variables = new TreeMap<>();
    private final ProxySelector java;
    private final Set<Ability> abilities;

    /**
     * The ways that some variables name.
     *
     * @param environment as {@link System#getenv()} gives it
     * @param abilities   of the client that will use them
     */
    public EnvironmentProxies(Map<String, String> environment, Ability... abilities) {
        java = ProxySelector.getDefault();
        this.abilities = Set.of(abilities);
        // In a byte order that has lower case last, so that it wins; empty is not set
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!value.isBlank()) {
                variables.put(name.toLowerCase(Locale.ROOT), value.strip());
            }
        });
    }

    /**
     * Sees to it that every proxy that is named can be used, before anything is asked for.
     *
     * @throws UserError naming the variable, and not its value, which may hold a password
     */
    public void check() {
        Stream.of("http", "https").forEach(this::named);
    }

    /** @throws UserError if the variable that counts is not the address of a proxy that can be used */
    @Override
    public List<Proxy> select(URI address) {
        if (javaDecides(address)) {
            return java.select(address);
        }
        // The client looks the proxy's name up when it connects
        return List.of(way(address).map(way -> new Proxy(way.socks() ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(way.proxy().getHost(), way.port()))).orElse(Proxy.NO_PROXY));
    }

    /**
     * {@return the header by which the proxy for an address recognises who asks, if its address holds name and password}
     *
     * @param address that is asked for
     */
    public Optional<String> authorization(URI address) {
        return javaDecides(address) ? Optional.empty() : way(address).map(way -> way.proxy().getUserInfo()).map(user -> "Basic "
                + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * {@return the way to an address as an error names it, such as {@code http://proxy:3128 (HTTPS_PROXY)}, without a password;
     * empty for the direct way}
     *
     * @param address that is asked for
     */
    public String inWords(URI address) {
        if (javaDecides(address)) {
            return java.select(address).stream().filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
                    .map(proxy -> (InetSocketAddress) proxy.address()).findFirst()
                    .map(at -> at.getHostString() + ":" + at.getPort() + " (Java's property)").orElse("");
        }
        return way(address).map(way -> way.proxy().getScheme().toLowerCase(Locale.ROOT) + "://" + way.proxy().getHost() + ":"
                + way.port() + " (" + way.variable() + ")").orElse("");
    }

    private boolean javaDecides(URI address) {
        return java != null && (Boolean.getBoolean("java.net.useSystemProxies") || Stream.of(scheme(address) + ".proxyHost",
                "socksProxyHost").anyMatch(name -> System.getProperty(name) != null));
    }

    private Optional<Way> way(URI address) {
        return isThisMachine(address) || excluded(address) ? Optional.empty() : named(scheme(address));
    }

    /**
     * {@return whether an address is of this machine: nobody else hears what is sent there}
     *
     * @param address with a host
     */
    public static boolean isThisMachine(URI address) {
        return String.valueOf(address.getHost()).toLowerCase(Locale.ROOT)
                .matches("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1]|\\[0:0:0:0:0:0:0:1]");
    }

    /** Whether NO_PROXY names the host: itself, a domain or a network that it lies in, with a port or without, or all. */
    private boolean excluded(URI address) {
        String host = bare(address.getHost().toLowerCase(Locale.ROOT));
        String port = String.valueOf(address.getPort() >= 0 ? address.getPort() : scheme(address).equals("https") ? 443 : 80);
        return Arrays.stream(variables.getOrDefault("no_proxy", "").toLowerCase(Locale.ROOT).split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty()).anyMatch(entry -> {
                    // The only colons of a name or an address in brackets are before a port; ::1 has no port
                    int colon = entry.matches("(\\[.*]|[^:]*):\\d+") ? entry.lastIndexOf(':') : entry.length();
                    String domain = bare(entry.substring(0, colon).replaceFirst("^\\*?\\.", ""));
                    boolean samePort = colon == entry.length() || entry.substring(colon + 1).equals(port);
                    return entry.equals("*") || isInNetwork(host, entry) || !domain.isEmpty() && samePort
                            && (host.equals(domain) || host.endsWith("." + domain));
                });
    }

    /** Whether a host that is written as an IPv4 address lies in a network such as 10.0.0.0/8; names are not looked up. */
    private static boolean isInNetwork(String host, String network) {
        if (!network.matches(IPV4 + "/\\d{1,2}") || !host.matches(IPV4)) {
            return false;
        }
        int slash = network.indexOf('/');
        int bits = Math.min(32, Integer.parseInt(network.substring(slash + 1)));
        // All 64 bits, since a shift of an int by 32 would be none
        return bits32(host) >>> 32 - bits == bits32(network.substring(0, slash)) >>> 32 - bits;
    }

    private static long bits32(String address) {
        return Arrays.stream(address.split("\\.")).mapToLong(Long::parseLong).reduce(0, (all, part) -> all << 8 | part);
    }

    private static String bare(String host) {
        return host.replaceAll("^\\[|]$", "");
    }

    private static String scheme(URI address) {
        return address.getScheme().toLowerCase(Locale.ROOT);
    }

    private Optional<Way> named(String scheme) {
        return Stream.of(scheme + "_proxy", "all_proxy").filter(variables::containsKey).findFirst().map(name ->
                read(name.toUpperCase(Locale.ROOT), variables.get(name)));
    }

    private Way read(String name, String value) {
        Way way;
        try {
            way = new Way(new URI(value.contains("://") ? value : "http://" + value), name);
        } catch (URISyntaxException e) {
            throw unusable(name);
        }
        if (way.proxy().getHost() == null || !way.proxy().getScheme().equalsIgnoreCase("http")
                && !(way.socks() && abilities.contains(Ability.SOCKS))) {
            throw unusable(name);
        }
        if (way.proxy().getUserInfo() != null && !abilities.contains(Ability.NAME_AND_PASSWORD)) {
            throw UserError.of("the environment variable %s has a name and a password for the proxy, which are not supported "
                    + "here: give a proxy that needs none, or name the host in NO_PROXY", name);
        }
        return way;
    }

    /** The value itself is not printed: it may hold a password. */
    private UserError unusable(String name) {
        return UserError.of("the environment variable %s is not the address of a proxy that can be used: need http://HOST:PORT%s%s",
                name, abilities.contains(Ability.NAME_AND_PASSWORD)
                        ? ", or http://NAME:PASSWORD@HOST:PORT (% before special letters of the password)" : "",
                abilities.contains(Ability.SOCKS) ? " or socks5://HOST:PORT" : "");
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The failure itself reaches who asked.
    }
}
