package llava4j.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.error.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A download arrives whole or says why not, whatever the network does. */
class FetchTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final int SIZE = 300_000;

    @TempDir
    private Path folder;
    private Path out;
    private StubHub hub;
    private final byte[] weights = new byte[SIZE];

    @BeforeEach
    void start() throws IOException {
        out = folder.resolve("out");
        hub = new StubHub();
        new Random(1).nextBytes(weights);
        hub.files.put(WEIGHTS, weights);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void ofAModelOnlyWhatThisProjectReadsIsTaken() throws IOException {
        for (String other : List.of("README.md", "pytorch_model.bin", "onnx/config.json", "tokenizer.json",
                "chat_template.jinja")) {
            hub.files.put(other, other.getBytes(StandardCharsets.UTF_8));
        }
        fetch();
        assertEquals(Set.of("config.json", "chat_template.jinja", "tokenizer.json", WEIGHTS), there());
        assertWhole();
    }

    @Test
    void whatIsHereAndWholeIsNotFetchedAgainAndWhatIsDamagedIs() throws IOException {
        assertEquals(2, fetch().arrived());
        assertEquals(0, fetch().arrived());
        assertEquals(1, hub.askedFor(WEIGHTS).size());
        byte[] damaged = weights.clone();
        damaged[SIZE / 2]++;
        Files.write(out.resolve(WEIGHTS), damaged);
        assertEquals(1, fetch().arrived());
        assertWhole();
    }

    @Test
    void aConnectionThatBreaksOffAgainAndAgainGoesOnWhereItStopped() throws IOException {
        // each try brings 20,000 bytes, and there may be many more failures than tries in a row
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            String range = StubHub.header(exchange, "Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (content.length - from <= 20_000) {
                return false;
            }
            exchange.getResponseHeaders().add("ETag", hub.etag);
            exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(content, from, 20_000);
            exchange.getResponseBody().flush();
            return true;
        });
        fetch();
        assertWhole();
        List<StubHub.Asked> asked = hub.askedFor(WEIGHTS);
        assertTrue(asked.size() > 3, asked.toString());
        assertNull(asked.get(0).range());
        assertTrue(asked.stream().skip(1).allMatch(request -> request.range() != null && request.ifRange().equals("\"one\"")),
                asked.toString());
    }

    @Test
    void aRunThatGaveUpIsContinuedByTheNextOne() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            if (before == 0) {
                StubHub.cut(exchange, content, 100_000);
            }
            return true; // and later ones: closed without an answer
        });
        String said = mistake();
        assertTrue(said.contains("goes on from there"), said);
        assertEquals(Set.of("config.json", WEIGHTS + ".part", WEIGHTS + ".part.etag"), there());
        long kept = Files.size(out.resolve(WEIGHTS + ".part"));
        assertTrue(kept > 0, "nothing was kept");
        hub.behaviours.clear();
        fetch();
        assertWhole();
        List<StubHub.Asked> asked = hub.askedFor(WEIGHTS);
        assertEquals("bytes=" + kept + "-", asked.get(asked.size() - 1).range());
    }

    @Test
    void aServerThatIgnoresRangeIsReadFromTheBeginning() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            if (before == 0) {
                StubHub.cut(exchange, content, 100_000);
            } else {
                StubHub.answer(exchange, 200, content);
            }
            return true;
        });
        fetch();
        assertWhole();
    }

    @Test
    void aServerThatIgnoresRangeAndAlwaysBreaksOffIsGivenUp() {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            StubHub.cut(exchange, content, 100_000);
            return true;
        });
        assertTrue(mistake().contains("3 times in a row"));
        // A connection that is cut loses what was not yet read: a later try may get further than the first, and counts anew
        int asked = hub.askedFor(WEIGHTS).size();
        assertTrue(asked >= 3 && asked <= 6, asked + " times");
    }

    @Test
    void aServerThatSendsAnotherPartThanItWasAskedForIsNotAppended() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            if (before == 0) {
                StubHub.cut(exchange, content, 100_000);
            } else if (before == 1) {
                exchange.getResponseHeaders().add("Content-Range", "bytes 7-" + (SIZE - 1) + "/" + SIZE);
                StubHub.answer(exchange, 206, Arrays.copyOfRange(content, 7, SIZE));
            }
            return before < 2;
        });
        fetch();
        assertWhole();
    }

    @Test
    void aServerThatSendsTooMuchIsGivenUp() {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            StubHub.answer(exchange, 200, new byte[SIZE + 1]);
            return true;
        });
        assertTrue(mistake().contains("more than the 300000 bytes"));
    }

    @Test
    void contentWithAnotherETagBeginsAnew() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            exchange.getResponseHeaders().add("ETag", "\"old\"");
            StubHub.cut(exchange, new byte[SIZE], 100_000);
            hub.behaviours.remove(WEIGHTS);
            return true;
        });
        fetch();
        assertWhole();
        assertEquals("\"old\"", hub.askedFor(WEIGHTS).get(1).ifRange());
    }

    @Test
    void aPartOfContentThatTheHubNoLongerListsIsNotContinued() throws IOException {
        Files.createDirectories(out);
        Files.write(out.resolve(WEIGHTS + ".part"), new byte[1000]);
        Files.write(out.resolve(WEIGHTS + ".part.etag"), List.of("0".repeat(64), "\"one\""));
        fetch();
        assertWhole();
        assertNull(hub.askedFor(WEIGHTS).get(0).range());
    }

    @Test
    void aWrongChecksumIsTriedOnceMoreAndThenRefusedAndNothingIsLeftAtTheFilesPlace() throws IOException {
        hub.wrongChecksums.put(WEIGHTS, "0".repeat(64));
        String said = mistake();
        assertTrue(said.contains("another SHA_256 checksum") && said.contains(WEIGHTS), said);
        assertEquals(2, hub.askedFor(WEIGHTS).size());
        assertFalse(there().contains(WEIGHTS));
        hub.wrongChecksums.clear();
        hub.wrongChecksums.put("config.json", "0".repeat(40));
        assertTrue(mistake().contains("GIT_BLOB"));
    }

    @Test
    void tooManyRequestsAreRepeatedWhenTheServerSays() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            if (before == 0) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                StubHub.answer(exchange, 429, new byte[0]);
            } else if (before == 1) {
                StubHub.answer(exchange, 503, new byte[0]);
            }
            return before < 2;
        });
        List<Duration> pauses = new ArrayList<>();
        new Fetch(hub.settings(null), new FetchListener() {
            @Override
            public void waiting(String reason, Duration pause) {
                pauses.add(pause);
            }
        }).run(StubHub.REPO, List.of(), out);
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofMillis(2)), pauses);
        assertWhole();
    }

    @Test
    void aServerThatWantsToBeLeftAloneForLongIsLeftAlone() {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            exchange.getResponseHeaders().add("Retry-After", "7200");
            StubHub.answer(exchange, 429, new byte[0]);
            return true;
        });
        assertTrue(mistake().contains("120 minutes"));
        assertEquals(1, hub.askedFor(WEIGHTS).size());
    }

    @Test
    void aConnectionOnWhichNothingComesIsGivenUpAndTriedAgain() throws IOException {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            if (before > 0) {
                return false;
            }
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 1000);
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(60_000); // ended by the server's end
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        HubSettings patient = hub.settings(null);
        new Fetch(new HubSettings(patient.endpoint(), patient.token(), patient.proxies(), 3, patient.firstWait(),
                Duration.ofMillis(500)), FetchListener.SILENT).run(StubHub.REPO, List.of(), out);
        assertWhole();
        assertEquals(2, hub.askedFor(WEIGHTS).size());
    }

    @Test
    void aRedirectIsFollowedAndTheTokenIsShownToTheHubAlone() throws IOException {
        try (StubHub storage = new StubHub()) {
            storage.files.put(WEIGHTS, weights);
            hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
                exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + storage.port()
                        + "/owner/name/resolve/" + StubHub.COMMIT + "/" + WEIGHTS);
                StubHub.answer(exchange, 302, new byte[0]);
                return true;
            });
            new Fetch(hub.settings("hf_secret"), FetchListener.SILENT).run(StubHub.REPO, List.of(), out);
            assertWhole();
            assertEquals(1, storage.asked.size());
            assertNull(storage.asked.get(0).authorization());
            assertTrue(hub.asked.stream().allMatch(request -> "Bearer hf_secret".equals(request.authorization())));
        }
    }

    @Test
    void aCircleOfRedirectsEnds() {
        hub.behaviours.put(WEIGHTS, (exchange, content, before) -> {
            exchange.getResponseHeaders().add("Location", exchange.getRequestURI().getPath());
            StubHub.answer(exchange, 307, new byte[0]);
            return true;
        });
        assertTrue(mistake().contains("redirects"));
    }

    @Test
    void aPathThatLeadsOutOfTheFolderFetchesNothing() throws IOException {
        for (String path : List.of("../evil.safetensors", "a/../../evil.safetensors", "/etc/evil.safetensors",
                "a\\..\\evil.safetensors", "C:evil.safetensors", "./x", "a//b")) {
            hub.files.put(path, new byte[3]);
            assertTrue(mistake().contains("would lie outside"), path);
            assertFalse(Files.exists(out), path);
            hub.files.remove(path);
        }
        assertTrue(hub.askedFor(WEIGHTS).isEmpty());
    }

    @Test
    void aRefusalSaysWhatToDo() {
        refused(401, "", null, "no such repository, or it is private or gated");
        refused(401, "GatedRepo", null, "accept the licence");
        refused(403, "GatedRepo", "hf_secret", "has no access yet");
        refused(401, "", "hf_secret", "does not accept HF_TOKEN");
        refused(403, "", "hf_secret", "forbids it");
        refused(404, "RevisionNotFound", null, "no such revision");
        refused(404, "", null, "not found on the hub");
        refused(418, "Teapot", null, "418 (Teapot)");
    }

    private void refused(int status, String code, String token, String expected) {
        hub.behaviours.put("/api/models/owner/name/revision/main", (exchange, content, before) -> {
            if (!code.isEmpty()) {
                exchange.getResponseHeaders().add("X-Error-Code", code);
            }
            StubHub.answer(exchange, status, new byte[0]);
            return true;
        });
        String said = mistake(token, List.of());
        assertTrue(said.contains(expected) && said.contains("/owner/name"), said);
        assertFalse(said.contains("hf_secret"), said);
    }

    @Test
    void weightsThatAreNoSafetensorsAreRefusedBeforeAnythingIsFetched() {
        hub.files.remove(WEIGHTS);
        hub.files.put("pytorch_model.bin", new byte[3]);
        String said = mistake();
        assertTrue(said.contains(".bin alone") && said.contains("hf:owner/name@refs/pr/N"), said);
        assertFalse(Files.exists(out));
    }

    @Test
    void aPatternChoosesFilesAndOneThatFitsNoneIsRefused() throws IOException {
        hub.files.put("data/chat.json", new byte[5]);
        new Fetch(hub.settings(null), FetchListener.SILENT).run(StubHub.REPO, List.of("data/*.json"), out);
        assertEquals(Set.of("data/chat.json"), there());
        assertTrue(mistake(null, List.of("*.zip")).contains("--include *.zip: fits no file"));
        assertTrue(mistake(null, List.of("[")).contains("--include ["));
    }

    @Test
    void theListMayComeInPages() throws IOException {
        String tree = "/api/models/owner/name/tree/" + StubHub.COMMIT;
        hub.behaviours.put(tree, (exchange, content, before) -> {
            boolean first = !exchange.getRequestURI().getQuery().contains("cursor");
            if (first) {
                exchange.getResponseHeaders().add("Link", "<http://127.0.0.1:" + hub.port() + tree
                        + "?recursive=true&cursor=abc>; rel=\"next\"");
                StubHub.answer(exchange, 200, "[]".getBytes(StandardCharsets.UTF_8));
            }
            return first;
        });
        fetch();
        assertWhole();
    }

    @Test
    void aFileThatAnotherFetchIsWritingIsLeftToIt() throws IOException {
        Files.createDirectories(out);
        try (var other = java.nio.channels.FileChannel.open(out.resolve(WEIGHTS + ".part"),
                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            other.lock(Long.MAX_VALUE - 1, 1, false);
            assertTrue(mistake().contains("another fetch"));
        }
        fetch();
        assertWhole();
    }

    private Fetch.Fetched fetch() {
        return new Fetch(hub.settings(null), FetchListener.SILENT).run(StubHub.REPO, List.of(), out);
    }

    private String mistake() {
        return mistake(null, List.of());
    }

    private String mistake(String token, List<String> include) {
        return assertThrows(UserError.class, () -> new Fetch(hub.settings(token), FetchListener.SILENT)
                .run(StubHub.REPO, include, out)).getMessage();
    }

    private void assertWhole() throws IOException {
        assertArrayEquals(weights, Files.readAllBytes(out.resolve(WEIGHTS)));
        assertTrue(there().stream().noneMatch(name -> name.contains(".part")), there().toString());
    }

    private Set<String> there() throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile).map(file -> out.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
