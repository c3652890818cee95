package llava4j.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import llava4j.cli.CommandServer;

/** The other process that commands are run in; it is started again after one that ended it or took too long. */
final class CommandProcess implements AutoCloseable {

    /** Of processor time, which a busy machine does not shorten. */
    static final Duration LONGEST = Duration.ofSeconds(20);
    /** For a command that waits and computes nothing. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    /** Commands after which a fresh process is taken: what one leaves in memory should not decide about a later one. */
    private static final int AT_MOST = 400;
    private static final String GONE = "";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path errors;
    private Process process;
    private BlockingQueue<String> answers;
    private int commands;

    /** @param errors where stderr is kept */
    CommandProcess(Path errors) {
        this.errors = errors;
    }

    /** Runs one command to its end, or for {@link #LONGEST}. */
    Outcome run(List<String> arguments, String stdin) throws IOException, InterruptedException {
        if (process == null || ++commands > AT_MOST) {
            close();
            start();
        }
        long before = Files.size(errors);
        ObjectNode request = JSON.createObjectNode().put("stdin", stdin);
        arguments.forEach(request.putArray("arguments")::add);
        OutputStream requests = process.getOutputStream();
        requests.write((request + "\n").getBytes(StandardCharsets.UTF_8));
        requests.flush();
        String answer = answer();
        if (answer == null || answer.equals(GONE)) {
            close();
            return new Outcome(answer == null ? Outcome.End.HUNG : Outcome.End.DIED, -1, "", errorsSince(before));
        }
        JsonNode result = JSON.readTree(answer);
        return new Outcome(Outcome.End.EXITED, result.get("code").asInt(), result.get("out").asText(), errorsSince(before));
    }

    /** {@code null} if there was none in time. */
    private String answer() throws InterruptedException {
        Duration before = used();
        long begin = System.nanoTime();
        String answer = null;
        while (answer == null && used().minus(before).compareTo(LONGEST) < 0
                && System.nanoTime() - begin < LONGEST_WAIT.toNanos()) {
            answer = answers.poll(1, TimeUnit.SECONDS);
        }
        return answer;
    }

    private Duration used() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private String errorsSince(long before) throws IOException {
        byte[] all = Files.readAllBytes(errors);
        return new String(all, (int) before, all.length - (int) before, StandardCharsets.UTF_8);
    }

    private void start() throws IOException {
        Files.write(errors, new byte[0]);
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.maxbytes=1g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=4g",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CommandServer.class.getName());
        builder.environment().putAll(Map.of("SD_MAX_THREADS", "1", "SD_MASTER_THREADS", "1"));
        builder.environment().keySet().removeAll(List.of("OPENAI_API_KEY", "OPENAI_LOG"));
        process = builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())).start();
        answers = new LinkedBlockingQueue<>();
        commands = 1;
        Thread reader = new Thread(() -> read(process, answers), "answers");
        reader.setDaemon(true);
        reader.start();
    }

    private static void read(Process process, BlockingQueue<String> answers) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int mark = line.indexOf(CommandServer.MARK);
                if (mark >= 0) {
                    answers.add(line.substring(mark + 1));
                }
            }
        } catch (IOException e) {
            // A process that was ended: its end is the answer
        }
        answers.add(GONE);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process = null;
        }
    }
}
