package llava4j.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import llava4j.error.UserError;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("fetch emoji")
class EmojiArtTest {

    private static final String GOOGLE = "/emoji-datasource-google/-/emoji-datasource-google-16.0.0.tgz";
    private static final String TWITTER = "/emoji-datasource-twitter/-/emoji-datasource-twitter-16.0.0.tgz";

    @TempDir
    private Path folder;
    private Path out;
    private StubHub registry;
    private List<NpmPackage> packages;
    private final byte[] picture = new byte[40_000];

    @BeforeEach
    void serve() throws Exception {
        out = folder.resolve("emoji");
        registry = new StubHub();
        new Random(1).nextBytes(picture);
        packages = List.of(pack("google", GOOGLE), pack("twitter", TWITTER));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private NpmPackage pack(String style, String path) throws IOException, GeneralSecurityException {
        Map<String, byte[]> kept = new TreeMap<>(Map.of("LICENSE", text("MIT"), "emoji.json", text("[]"),
                "img/" + style + "/64/1f431.png", picture, "img/" + style + "/64/1f9d1-200d-1f692.png", text(style)));
        Map<String, byte[]> all = new TreeMap<>();
        kept.forEach((name, content) -> all.put("package/" + name, content));
        all.put("package/img/" + style + "/sheets/32.png", text("large"));
        all.put("package/README.md", text("words"));
        byte[] archive = archive(all, null);
        registry.files.put(path, archive);
        return new NpmPackage("emoji-datasource-" + style, "16.0.0", archive.length, integrity(archive), checksum(kept));
    }

    private static byte[] text(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] archive(Map<String, byte[]> files, String link) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            if (link != null) {
                TarArchiveEntry entry = new TarArchiveEntry(link, TarConstants.LF_SYMLINK);
                entry.setLinkName("/tmp");
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String integrity(byte[] archive) throws GeneralSecurityException {
        return "sha512-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-512").digest(archive));
    }

    /** Computed here in its own way, from the rule that the class states. */
    private static String checksum(Map<String, byte[]> files) throws IOException, GeneralSecurityException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            all.write(text(file.getKey() + "\0"));
            all.write(MessageDigest.getInstance("SHA-256").digest(file.getValue()));
        }
        return java.util.HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
    }

    private int fetch() {
        return new EmojiArt(registry.settings(null), FetchListener.SILENT, packages).run(out);
    }

    private String mistake() {
        return assertThrows(UserError.class, this::fetch).getMessage();
    }

    private Set<String> there() throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile).map(file -> out.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    @DisplayName("keeps the small pictures of both styles, the list and the licences, and nothing else")
    void kept() throws IOException {
        assertEquals(2, fetch());
        assertEquals(Set.of("ATTRIBUTION.md", "LICENSE", "emoji.json", "img/google/64/1f431.png", "img/twitter/64/1f431.png",
                "img/google/64/1f9d1-200d-1f692.png", "img/twitter/64/1f9d1-200d-1f692.png"), there());
        assertArrayEquals(picture, Files.readAllBytes(out.resolve("img/google/64/1f431.png")));
        String attribution = Files.readString(out.resolve("ATTRIBUTION.md"));
        assertTrue(attribution.contains("Apache License 2.0") && attribution.contains("CC BY 4.0"), attribution);
    }

    @Test
    @DisplayName("does not fetch again what is here and whole, and does what is damaged or gone")
    void again() throws IOException {
        fetch();
        assertEquals(0, fetch());
        Files.delete(out.resolve("img/google/64/1f431.png"));
        assertEquals(1, fetch());
        Files.writeString(out.resolve("img/twitter/64/1f431.png"), "no picture");
        assertEquals(1, fetch());
        assertEquals(2, registry.asked.stream().filter(asked -> asked.path().equals(TWITTER)).count());
        assertArrayEquals(picture, Files.readAllBytes(out.resolve("img/twitter/64/1f431.png")));
    }

    @Test
    @DisplayName("goes on where a connection broke off")
    void resumed() throws IOException {
        registry.behaviours.put(GOOGLE, (exchange, content, before) -> {
            if (before == 0) {
                exchange.getResponseHeaders().add("ETag", registry.etag);
                StubHub.cut(exchange, content, content.length / 2);
            }
            return before == 0;
        });
        assertEquals(2, fetch());
        List<StubHub.Asked> asked = registry.asked.stream().filter(request -> request.path().equals(GOOGLE)).toList();
        assertEquals(2, asked.size());
        assertTrue(asked.get(1).range().startsWith("bytes="), asked.toString());
    }

    @Test
    @DisplayName("refuses an archive with another checksum than npm's, and unpacks nothing of it")
    void otherContent() throws IOException {
        registry.files.put(TWITTER, archive(Map.of("package/emoji.json", text("[7]")), null));
        NpmPackage twitter = packages.get(1);
        packages = List.of(packages.get(0), new NpmPackage(twitter.name(), twitter.version(), registry.files.get(TWITTER).length,
                twitter.integrity(), twitter.kept()));
        assertTrue(mistake().contains("SHA_512"), "the checksum is named");
        assertEquals("[]", Files.readString(out.resolve("emoji.json")));
        assertFalse(Files.exists(out.resolve("img/twitter")));
    }

    @Test
    @DisplayName("refuses an archive that names a file outside the folder, or a link, whatever its checksum")
    void outside() throws Exception {
        for (String name : List.of("package/../../evil.png", "../evil.png", "/tmp/evil.png", "package/img/google/64/..\\evil.png")) {
            replace(archive(Map.of(name, text("evil")), null));
            assertTrue(mistake().contains("outside"), name);
        }
        replace(archive(Map.of(), "package/img/google/64"));
        assertTrue(mistake().contains("no plain file"), "a link");
        try (Stream<Path> all = Files.walk(folder)) {
            assertTrue(all.noneMatch(file -> file.toString().contains("evil")));
        }
    }

    private void replace(byte[] archive) throws GeneralSecurityException, IOException {
        registry.files.put(GOOGLE, archive);
        Files.deleteIfExists(out.resolve("emoji-datasource-google-16.0.0.tgz"));
        packages = List.of(new NpmPackage("emoji-datasource-google", "16.0.0", archive.length, integrity(archive), ""));
    }

    @Test
    @DisplayName("says which registry lacks a package, and how to choose another")
    void refused() {
        registry.files.remove(GOOGLE);
        String said = mistake();
        assertTrue(said.contains("404") && said.contains("emoji-datasource-google 16.0.0") && said.contains("--registry"), said);
    }

    @Test
    @DisplayName("asks the registry of the option, else of the environment, else npm's own")
    void whichRegistry() {
        Map<String, String> environment = Map.of("npm_config_registry", "https://mirror.example/npm");
        assertEquals("https://mirror.example/npm/", HubSettings.ofRegistry(Optional.empty(), environment).endpoint().toString());
        assertEquals("https://own.example/", HubSettings.ofRegistry(Optional.of("https://own.example"), environment).endpoint()
                .toString());
        assertTrue(HubSettings.ofRegistry(Optional.empty(), Map.of()).endpoint().getHost().contains("npm"));
        assertTrue(assertThrows(UserError.class, () -> HubSettings.ofRegistry(Optional.of("ftp://a"), Map.of())).getMessage()
                .startsWith("--registry=ftp://a"));
    }
}
