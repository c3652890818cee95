package llava4j.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import llava4j.conversation.Conversation;
import llava4j.endpoint.EndpointSettings;
import llava4j.endpoint.StubEndpoint;
import llava4j.endpoint.StubEndpoint.Behaviour;
import llava4j.error.UserError;
import llava4j.tinyworld.Scene;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class EndpointTeacherTest {

    private static final String KEY = "sk-nobody-may-read-this-0123456789";
    private static final Path DATA = Path.of("tiny-data/validation");
    private static final int SAMPLES = 30;

    private final InstructionData data = new InstructionData(DATA.resolve("captions.json"),
            DATA.resolve("instances.json"), Scene.HELD_OUT);
    private final SamplePlan plan = new SamplePlan(SamplePlan.paperProportion(List.of(InstructionKind.values())), false,
            SAMPLES, 0);
    /** What a good teacher says to each request, by the request's name. */
    private final Map<String, String> good = new HashMap<>();
    @TempDir
    private Path folder;
    private Path log;

    @BeforeEach
    void learn() {
        log = folder.resolve("replies.jsonl");
        data.make(plan, new Teacher() {
            @Override
            public java.util.Optional<Reply> answer(Request request) {
                java.util.Optional<Reply> reply = new RuleTeacher().answer(request);
                good.put(StubEndpoint.name(request.messages()), reply.orElseThrow().text());
                return reply;
            }

            @Override
            public List<String> descriptionQuestions() {
                return new RuleTeacher().descriptionQuestions();
            }
        }, 1, (answered, all) -> { });
        assertEquals(SAMPLES, good.size());
    }

    @Test
    @DisplayName("with 429, 500, broken-off answers and dropped connections nothing is lost and nothing is answered twice")
    void nothingLostNothingTwice() throws IOException {
        List<Behaviour> troubles = List.of(Behaviour.fails(429), Behaviour.fails(500), Behaviour.fails(503),
                Behaviour.breaksOff("half of this never comes"), Behaviour.drops());
        AtomicInteger kind = new AtomicInteger();
        try (StubEndpoint stub = new StubEndpoint((name, before) -> before < 2
                ? troubles.get(kind.getAndIncrement() % troubles.size()) : Behaviour.says(good.get(name)))) {
            InstructionData.Made made = make(settings(stub, KEY), false);
            assertEquals(SAMPLES, made.conversations().size());
            assertEquals(Map.of(), made.leftOut());
            assertEquals(good.keySet(), new HashSet<>(stub.answered()));
            assertEquals(SAMPLES, stub.answered().size());
            assertEquals(3 * SAMPLES, stub.asked().size());
            assertEquals(SAMPLES, Files.readAllLines(log).size());
        }
    }

    @Test
    @DisplayName("an answer that does not come in time is asked for again")
    void slow() throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> {
            if (before == 0 && good.get(name).startsWith("there")) {
                pause(Duration.ofSeconds(30));
            }
            return Behaviour.says(good.get(name));
        })) {
            EndpointSettings settings = new EndpointSettings(stub.url(), "stub", KEY, null, null, 20, Duration.ofMillis(1),
                    Duration.ofSeconds(3), 60_000, Integer.MAX_VALUE, Long.MAX_VALUE);
            assertEquals(SAMPLES, make(settings, false).conversations().size());
            assertEquals(SAMPLES, Files.readAllLines(log).size());
        }
    }

    @Test
    @DisplayName("replies that are of no use are kept in the log, left out of the data, and counted by reason")
    void countedByReason() throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> {
            String text = good.get(name);
            return switch (Math.floorMod(name.hashCode(), 6)) {
                case 0 -> Behaviour.says("");
                case 1 -> Behaviour.cutsOff(text);
                case 2 -> Behaviour.says(text + "\n===\nQuestion:");
                case 3 -> Behaviour.says(text + "\nAs the caption says.");
                case 4 -> Behaviour.says(text + "\nthere are nine things.");
                default -> Behaviour.says(text);
            };
        })) {
            InstructionData.Made made = make(settings(stub, KEY), false);
            Map<Fault, Integer> expected = new HashMap<>();
            for (String name : good.keySet()) {
                int number = Math.floorMod(name.hashCode(), 6);
                if (number < 5) {
                    expected.merge(List.of(Fault.EMPTY, Fault.CUT_OFF, Fault.FORM, Fault.SOURCE, Fault.BOXES).get(number), 1,
                            Integer::sum);
                }
            }
            assertEquals(5, expected.size());
            assertEquals(expected, made.leftOut());
            assertEquals(SAMPLES, Files.readAllLines(log).size());
        }
    }

    @Test
    @DisplayName("a budget of requests ends the run with what there is, and a resumed run asks for the rest alone")
    void budget() throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> Behaviour.says(good.get(name)))) {
            EndpointSettings few = new EndpointSettings(stub.url(), "stub", KEY, null, null, 3, Duration.ofMillis(1),
                    Duration.ofMinutes(1), 60_000, 12, Long.MAX_VALUE);
            InstructionData.Made first = make(few, false);
            assertEquals(12, first.conversations().size());
            assertEquals(SAMPLES - 12, first.notAsked());
            EndpointSettings fewTokens = new EndpointSettings(stub.url(), "stub", KEY, null, null, 3, Duration.ofMillis(1),
                    Duration.ofMinutes(1), 60_000, Integer.MAX_VALUE, 500);
            try (EndpointTeacher teacher = new EndpointTeacher(fewTokens, log, true)) {
                assertEquals(12 + 5, data.make(plan, teacher, 1, (answered, all) -> { }).conversations().size());
            }
            assertEquals(SAMPLES, make(settings(stub, KEY), true).conversations().size());
            assertEquals(SAMPLES, stub.asked().size());
        }
    }

    @Test
    @DisplayName("a server that goes on failing ends the run with one line, and what it had answered is not asked for again")
    void serverGone() throws IOException {
        AtomicInteger answers = new AtomicInteger();
        try (StubEndpoint stub = new StubEndpoint((name, before) -> answers.incrementAndGet() <= 7
                ? Behaviour.says(good.get(name)) : Behaviour.fails(500))) {
            UserError error = assertThrows(UserError.class, () -> make(settings(stub, KEY), false));
            assertTrue(error.getMessage().contains("--resume"), error.getMessage());
            assertEquals(7, Files.readAllLines(log).size());
            answers.set(Integer.MIN_VALUE);
            make(settings(stub, KEY), true);
            assertEquals(SAMPLES, stub.answered().size());
            assertEquals(good.keySet(), new HashSet<>(stub.answered()));
        }
    }

    @ParameterizedTest(name = "a log whose last line was torn after {0} of its bytes is gone on with")
    @ValueSource(doubles = {0.01, 0.5, 0.99})
    void tornLine(double share) throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> Behaviour.says(good.get(name)))) {
            List<Conversation> whole = make(settings(stub, KEY), false).conversations();
            List<String> lines = Files.readAllLines(log);
            String last = lines.get(SAMPLES - 1);
            Files.writeString(log, String.join("\n", lines.subList(0, SAMPLES - 1)) + "\n"
                    + last.substring(0, (int) (share * last.length())));
            assertEquals(whole, make(settings(stub, KEY), true).conversations());
            assertEquals(SAMPLES + 1, stub.asked().size());
            assertEquals(new HashSet<>(lines), new HashSet<>(Files.readAllLines(log)));
        }
    }

    @Test
    @DisplayName("an earlier run's log is neither overwritten nor taken for another model's")
    void otherLog() throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> Behaviour.says(good.get(name)))) {
            make(settings(stub, KEY), false);
            assertThrows(UserError.class, () -> make(settings(stub, KEY), false));
            EndpointSettings other = new EndpointSettings(stub.url(), "other", KEY, null, null, 3, Duration.ofMillis(1),
                    Duration.ofMinutes(1), 60_000, Integer.MAX_VALUE, Long.MAX_VALUE);
            make(other, true);
            assertEquals(2 * SAMPLES, stub.asked().size());
            Files.writeString(log, "{\"a\": 1}\n" + Files.readString(log), StandardOpenOption.WRITE);
            UserError error = assertThrows(UserError.class, () -> make(settings(stub, KEY), true));
            assertTrue(error.getMessage().contains("line 1"), error.getMessage());
        }
    }

    @ParameterizedTest(name = "status {0} ends the run at once, and neither the message nor its causes hold the key that the "
            + "server repeated")
    @ValueSource(ints = {400, 401, 403, 404})
    void refusal(int status) throws IOException {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> Behaviour.fails(status))) {
            UserError error = assertThrows(UserError.class, () -> make(settings(stub, KEY), false));
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                assertFalse(cause.toString().contains(KEY), cause.toString());
            }
            assertTrue(stub.asked().size() <= 4, "no more than were under way: " + stub.asked().size());
            assertEquals("Bearer " + KEY, stub.authorizations().get(0));
        }
        noKeyIn(folder);
    }

    @Test
    @DisplayName("killed and resumed, the command asks for nothing that was answered; the key is in no file and no output")
    void killedAndResumed() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger answers = new AtomicInteger();
        try (StubEndpoint stub = new StubEndpoint((name, before) -> {
            if (answers.incrementAndGet() > 10) {
                await(release);
            }
            // A server may repeat the key anywhere
            return Behaviour.says(good.get(name).replace("Answer:\n", "Answer:\n" + KEY + " "));
        })) {
            Path out = folder.resolve("data.json");
            Path replies = folder.resolve("data.json.replies.jsonl");
            Process first = command(stub, out, "first", Map.of());
            while (!Files.exists(replies) || Files.readAllLines(replies).size() < 10) {
                assertTrue(first.isAlive(), () -> read("first"));
                Thread.sleep(50);
            }
            first.destroyForcibly().waitFor();
            assertFalse(Files.exists(out));
            Files.writeString(replies, "{\"key\":\"torn", StandardOpenOption.APPEND);
            List<String> answeredBefore = stub.answered();
            List<String> askedBefore = stub.asked();
            release.countDown();

            Process second = command(stub, out, "second", Map.of(), "--resume");
            assertTrue(second.waitFor(200, TimeUnit.SECONDS));
            assertEquals(0, second.exitValue(), () -> read("second"));
            List<String> askedAfter = new ArrayList<>(stub.asked().subList(askedBefore.size(), stub.asked().size()));
            assertEquals(SAMPLES - 10, askedAfter.size());
            askedAfter.retainAll(answeredBefore);
            assertEquals(List.of(), askedAfter);
            assertEquals(SAMPLES, Files.readAllLines(replies).size());
            assertEquals(SAMPLES, Files.readAllLines(out).stream().filter(line -> line.startsWith("{")).count());
            assertTrue(stub.authorizations().stream().allMatch(("Bearer " + KEY)::equals));
        }
        noKeyIn(folder);
    }

    @Test
    @DisplayName("the client's own log, which would print a key that the server repeats, is refused before anything is asked")
    void clientLog() throws Exception {
        try (StubEndpoint stub = new StubEndpoint((name, before) -> Behaviour.says(good.get(name)))) {
            Process process = command(stub, folder.resolve("data.json"), "output", Map.of("OPENAI_LOG", "debug"));
            assertTrue(process.waitFor(200, TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
            assertTrue(read("output").contains("OPENAI_LOG"), read("output"));
            assertEquals(List.of(), stub.asked());
        }
    }

    private Process command(StubEndpoint stub, Path out, String name, Map<String, String> environment, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "llava4j.cli.Main", "make-data",
                "--captions", DATA.resolve("captions.json").toString(), "--instances",
                DATA.resolve("instances.json").toString(), "--teacher", stub.url(), "--model-name", "stub", "--limit",
                String.valueOf(SAMPLES), "--requests-per-minute", "60000", "--out", out.toString(), "--stacktrace"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), name));
        builder.environment().put("OPENAI_API_KEY", KEY);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void noKeyIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file).contains(KEY), file.toString());
            }
        }
    }

    private static EndpointSettings settings(StubEndpoint stub, String key) {
        return new EndpointSettings(stub.url(), "stub", key, null, null, 3, Duration.ofMillis(1), Duration.ofMinutes(1), 60_000,
                Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    private InstructionData.Made make(EndpointSettings settings, boolean resume) {
        try (EndpointTeacher teacher = new EndpointTeacher(settings, log, resume)) {
            return data.make(plan, teacher, 4, (answered, all) -> { });
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
