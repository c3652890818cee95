package llava4j.proxy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.error.UserError;
import llava4j.proxy.EnvironmentProxies.Ability;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The proxy for an address")
class EnvironmentProxiesTest {

    private static String way(Map<String, String> environment, String address) {
        Proxy proxy = new EnvironmentProxies(environment, Ability.values()).select(URI.create(address)).get(0);
        return proxy == Proxy.NO_PROXY ? "DIRECT" : proxy.type() + " " + ((InetSocketAddress) proxy.address()).getHostString() + ":"
                + ((InetSocketAddress) proxy.address()).getPort();
    }

    @Test
    @DisplayName("is none where no variable names one, or only an empty one does")
    void none() {
        assertEquals("DIRECT", way(Map.of(), "https://a.invalid/"));
        assertEquals("DIRECT", way(Map.of("HTTPS_PROXY", " ", "HTTP_PROXY", "p:1"), "https://a.invalid/"));
    }

    @ParameterizedTest(name = "for {1}, {0}: {2}")
    @CsvSource({"HTTPS_PROXY=http://one:3128 http_proxy=two, https://a.invalid/, HTTP one:3128",
        "HTTPS_PROXY=http://one:3128 http_proxy=two, http://a.invalid/v1, HTTP two:80",
        "Http_Proxy=two, HTTP://a.invalid/, HTTP two:80",
        "HTTPS_PROXY=http://up:1 https_proxy=http://low:1, https://a.invalid/, HTTP low:1",
        "ALL_PROXY=all:5, https://a.invalid/, HTTP all:5",
        "all_proxy=all:5 http_proxy=http://one:1, http://a.invalid/, HTTP one:1",
        "HTTPS_PROXY=socks5h://s, https://a.invalid/, SOCKS s:1080"})
    @DisplayName("is that of the address's scheme, in either case, lower case first, else the one for all")
    void scheme(String variables, String address, String expected) {
        Map<String, String> environment = new java.util.HashMap<>();
        for (String variable : variables.split(" ")) {
            environment.put(variable.split("=")[0], variable.split("=")[1]);
        }
        assertEquals(expected, way(environment, address));
    }

    @Test
    @DisplayName("is none for what NO_PROXY names: hosts, domains, ports, addresses, networks, all")
    void noProxy() {
        for (String direct : List.of("model.invalid", ".invalid", "*.invalid", "invalid", "*", "a, Model.Invalid:80", "a model.invalid")) {
            assertEquals("DIRECT", excluding(direct, "http://model.invalid/v1"), direct);
        }
        for (String other : List.of("del.invalid", "model.invalid:81", "x.model.invalid", "", ":80")) {
            assertEquals("HTTP proxy:3128", excluding(other, "http://model.invalid/v1"), other);
        }
        for (String six : List.of("fd00::1", "[fd00::1]", "[fd00::1]:8080")) {
            assertEquals("DIRECT", excluding(six, "http://[fd00::1]:8080/"), six);
        }
        assertEquals("HTTP proxy:3128", excluding("[fd00::1]:81", "http://[fd00::1]:8080/"));
        for (String network : List.of("10.0.0.0/8", "10.1.2.3/32", "10.1.0.0/15", "0.0.0.0/0", "10.1.2.3", "*.x, 10.1.2.0/24")) {
            assertEquals("DIRECT", excluding(network, "http://10.1.2.3/"), network);
        }
        for (String other : List.of("11.0.0.0/8", "10.1.2.2/32", "10.1.2.0/33x", "10.2.0.0/15")) {
            assertEquals("HTTP proxy:3128", excluding(other, "http://10.1.2.3/"), other);
        }
    }

    @ParameterizedTest(name = "{0} is asked directly")
    @ValueSource(strings = {"http://127.0.0.1:8000/v1", "http://LOCALHOST/v1", "http://[::1]:1/v1"})
    @DisplayName("is none for this machine itself")
    void thisMachine(String here) {
        assertEquals("DIRECT", excluding("", here));
        assertFalse(EnvironmentProxies.isThisMachine(URI.create("http://127.0.0.1.invalid/")));
    }

    private static String excluding(String noProxy, String address) {
        return way(Map.of("HTTP_PROXY", "proxy:3128", "no_proxy", noProxy), address);
    }

    @Test
    @DisplayName("is told who asks by the name and password of its address, which no error repeats")
    void nameAndPassword() {
        Map<String, String> environment = Map.of("HTTP_PROXY", "http://me:s%20cret@proxy:3128", "NO_PROXY", "near.invalid");
        EnvironmentProxies able = new EnvironmentProxies(environment, Ability.NAME_AND_PASSWORD);
        URI far = URI.create("http://far.invalid/");
        // "me:s cret" in base 64
        assertEquals(Optional.of("Basic bWU6cyBjcmV0"), able.authorization(far));
        assertEquals("http://proxy:3128 (HTTP_PROXY)", able.inWords(far));
        assertEquals(Optional.empty(), able.authorization(URI.create("http://near.invalid/")));
        EnvironmentProxies unable = new EnvironmentProxies(environment, Ability.SOCKS);
        String message = assertThrows(UserError.class, () -> unable.select(far)).getMessage();
        assertTrue(message.contains("HTTP_PROXY") && !message.contains("cret"), message);
        assertDoesNotThrow(() -> unable.select(URI.create("http://localhost/")), "that it is not used for");
    }

    @ParameterizedTest(name = "{0} cannot be used, and its password is not told")
    @ValueSource(strings = {"https://u:secret@proxy:3128", "socks5://u:secret@proxy:1080", "http://u:se cret@proxy:1", "http://",
        "no proxy:1:2"})
    @DisplayName("is refused where it is no address, or the client cannot use it")
    void unusable(String value) {
        EnvironmentProxies proxies = new EnvironmentProxies(Map.of("HTTPS_PROXY", value), Ability.NAME_AND_PASSWORD);
        String message = assertThrows(UserError.class, proxies::check).getMessage();
        assertTrue(message.contains("HTTPS_PROXY") && !message.contains("secret") && !message.contains("%%"), message);
    }

    @Test
    @DisplayName("is that of Java's own properties where they are set")
    void javasProperties() {
        System.setProperty("http.proxyHost", "127.0.0.2");
        System.setProperty("http.proxyPort", "3128");
        try {
            assertEquals("HTTP 127.0.0.2:3128", excluding("*", "http://model.invalid/v1"));
            EnvironmentProxies proxies = new EnvironmentProxies(Map.of("HTTP_PROXY", "http://me:secret@proxy"));
            assertEquals("127.0.0.2:3128 (Java's property)", proxies.inWords(URI.create("http://model.invalid/")));
            assertEquals(Optional.empty(), proxies.authorization(URI.create("http://model.invalid/")));
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
        }
    }
}
