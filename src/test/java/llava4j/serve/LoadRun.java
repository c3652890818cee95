package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;

/**
 * Many clients of all kinds at one server for two minutes: {@code LoadRun [SECONDS [CLIENTS]]}; how to start it is in
 * docs/serve.md. The short form of it is a test in {@link CompletionsTest}.
 *
 * <p>The server is a process of its own with a small heap and 16 places. Of ten clients six ask, one leaves before its answer,
 * one reads slowly, one sends bodies of 100 MB and pictures that claim 40,000 x 40,000, one sends broken JSON and wrong roles.
 * Every answer is held against the greedy answer of {@link Chat}, which is the command line's.
 */
final class LoadRun {

    private static final int PLACES = 16;
    private static final int PICTURES = 8;
    private static final List<String> QUESTIONS = List.of("describe the picture in detail.", "how many things are in the picture?");

    private final URI address;
    private final List<List<String>> expected;
    private final long end;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, AtomicLong> counts = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    private LoadRun(URI address, List<List<String>> expected, int seconds) {
        this.address = address;
        this.expected = expected;
        end = System.nanoTime() + seconds * 1_000_000_000L;
    }

    /** Prints what happened; exits with 1 if anything was not as it should be. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 120;
        int clients = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        List<List<String>> expected = new ArrayList<>();
        Chat chat = new Chat(Served.model());
        for (int picture = 0; picture < PICTURES; picture++) {
            chat.show(Served.picture(picture + 1));
            expected.add(QUESTIONS.stream().map(question -> chat.ask(question, 256, Sampler.greedy(), piece -> { })).toList());
        }
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
                System.getProperty("java.class.path"), "llava4j.cli.Main", "serve", "--port", "0", "--queue", String.valueOf(PLACES))
                .redirectErrorStream(true).start();
        BufferedReader output = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        Matcher found = Pattern.compile("http://\\S+/").matcher(output.readLine());
        if (!found.find()) {
            throw new IOException("the server does not start: " + output.lines().collect(Collectors.joining("\n")));
        }
        ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
        Thread reading = new Thread(() -> output.lines().forEach(log::add));
        reading.start();
        LoadRun run = new LoadRun(URI.create(found.group()), expected, seconds);
        try {
            run.all(clients);
            String memory = Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM")).findFirst().orElse("").replaceAll("\\D+", "");
            System.out.printf("%d clients, %d s, %d places; the server's largest memory %d MB%n", clients, seconds, PLACES,
                    Long.parseLong(memory) / 1024);
        } finally {
            server.destroy();
            reading.join();
        }
        log.stream().filter(line -> !line.matches("\\d{4}-.* (GET|POST) .* ms")).forEach(line -> run.faults.add("log: " + line));
        run.counts.forEach((what, count) -> System.out.printf("%8d %s%n", count.get(), what));
        run.faults.stream().limit(20).forEach(fault -> System.out.println("FAULT " + fault));
        System.exit(run.faults.isEmpty() ? 0 : 1);
    }

    private interface Visit {
        void go(int turn) throws Exception;
    }

    private void all(int clients) throws InterruptedException {
        List<Visit> kinds = List.of(this::asks, this::asks, this::leaves, this::asks, this::asks, this::readsSlowly, this::asks,
                this::sendsTooMuch, this::asks, this::sendsRubbish);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(new Thread(() -> visits(kinds.get(number % kinds.size()), number)));
        }
        threads.add(new Thread(() -> visits(turn -> watch(), 0)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < 60 && taken() > 0; i++) {
            Thread.sleep(500);
        }
        check(taken() == 0, "places are still taken when all have gone: " + taken());
        whole(0, List.of());                                                  // and it still answers
    }

    private void visits(Visit visit, int turn) {
        while (System.nanoTime() < end) {
            try {
                visit.go(turn++);
            } catch (Exception e) {
                faults.add(e.toString());
            }
        }
    }

    private void count(String what) {
        counts.computeIfAbsent(what, key -> new AtomicLong()).incrementAndGet();
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            faults.add(otherwise);
        }
    }

    private void right(int picture, int question, String answer, String how) {
        check(answer.equals(expected.get(picture).get(question)), "picture " + picture + ", question " + question + ": " + answer);
        count("answers, each the command line's: " + how);
    }

    private static ObjectNode request(int picture, List<String> answers) {
        List<String> turns = new ArrayList<>(List.of(QUESTIONS.get(0)));
        for (String answer : answers) {
            turns.addAll(List.of(answer, QUESTIONS.get(1)));
        }
        return Served.request(Served.picture(picture + 1), turns.toArray(String[]::new));
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(address.resolve("v1/chat/completions")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts until there is a place. */
    private HttpResponse<String> posted(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = post(body);
        while (response.statusCode() == 429) {
            refused(429, response.statusCode(), response.body());
            Thread.sleep(1000);
            response = post(body);
        }
        return response;
    }

    private void asks(int turn) throws IOException, InterruptedException {
        int picture = turn % PICTURES;
        if (turn % 2 == 0) {
            String body = request(picture, List.of()).put("stream", true).toString();
            right(picture, 0, streamed(posted(body).body()), "streamed");
        } else if (whole(picture, List.of())) {
            whole(picture, List.of(expected.get(picture).get(0)));
        }
    }

    private boolean whole(int picture, List<String> answers) {
        try {
            HttpResponse<String> response = posted(request(picture, answers).toString());
            check(response.statusCode() == 200, response.statusCode() + " " + response.body());
            right(picture, answers.size(), Served.text(Served.json(response.body())), answers.isEmpty() ? "whole" : "second turn");
            return true;
        } catch (IOException | InterruptedException e) {
            faults.add(e.toString());
            return false;
        }
    }

    private static String streamed(String body) {
        return body.lines().filter(line -> line.startsWith("data: {")).map(line -> Served.json(line.substring(6)))
                .map(chunk -> chunk.at("/choices/0/delta/content").asText()).collect(Collectors.joining());
    }

    private Socket open(String header, String body) throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.getOutputStream().write(("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\n" + header + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private Socket open(String body) throws IOException {
        return open("Content-Length: " + body.length(), body);
    }

    private void leaves(int turn) throws IOException, InterruptedException {
        try (Socket socket = open(request(turn % PICTURES, List.of()).put("stream", true).toString())) {
            if (turn % 2 == 0) {
                check(socket.getInputStream().read() == 'H', "no answer begins");
            } else {
                Thread.sleep(1500);
            }
        }
        count("left before the answer");
    }

    private void readsSlowly(int turn) throws IOException, InterruptedException {
        StringBuilder read = new StringBuilder();
        try (Socket socket = open(request(turn % PICTURES, List.of()).put("stream", true).toString())) {
            socket.setReceiveBufferSize(1024);
            InputStream in = socket.getInputStream();
            for (byte[] some = in.readNBytes(16); some.length > 0; some = in.readNBytes(16)) {
                read.append(new String(some, StandardCharsets.UTF_8));
                Thread.sleep(30);
            }
        }
        if (read.indexOf("HTTP/1.1 429") == 0) {
            refused(429, 429, read.substring(read.indexOf("{")));
            Thread.sleep(1000);
        } else {
            right(turn % PICTURES, 0, streamed(read.toString()), "read slowly");
        }
    }

    private void sendsTooMuch(int turn) throws IOException, InterruptedException {
        if (turn % 2 == 0) {
            HttpResponse<String> response = post("{\"model\": \"llava\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": "
                    + "\"image_url\", \"image_url\": {\"url\": \"" + Served.dataUri(Served.enormous()) + "\"}}]}]}");
            refused(400, response.statusCode(), response.body());
            return;
        }
        boolean inPieces = turn % 4 == 1;
        byte[] megabyte = "a".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        try (Socket socket = open(inPieces ? "Transfer-Encoding: chunked" : "Content-Length: " + 100 * megabyte.length, "")) {
            OutputStream out = socket.getOutputStream();
            for (int sent = 0; sent < 100; sent++) {
                out.write(inPieces ? "100000\r\n".getBytes(StandardCharsets.UTF_8) : new byte[0]);
                out.write(megabyte);
                out.write(inPieces ? "\r\n".getBytes(StandardCharsets.UTF_8) : new byte[0]);
            }
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            refused(413, Integer.parseInt(response.substring(9, 12)), response.substring(response.indexOf("\r\n\r\n") + 4));
        } catch (IOException e) {
            count("bodies of 100 MB cut off by the server");
        }
        Thread.sleep(1000);
    }

    private void sendsRubbish(int turn) throws IOException, InterruptedException {
        String body = turn % 2 == 0 ? "{\"model\": \"llava\", \"messages\": [" : request(0, List.of()).toString().replace("\"user\"",
                "\"wizard\"");
        HttpResponse<String> response = post(body);
        refused(400, response.statusCode(), response.body());
        Thread.sleep(500);
    }

    private void refused(int wanted, int status, String body) {
        JsonNode error = Served.json(body).path("error");
        check(status == wanted || status == 429, status + " " + body);
        check(error.path("message").isTextual() && !body.contains("java.") && !body.contains("llava4j."), "not for a client: " + body);
        count("refused with " + status);
    }

    private int taken() {
        try {
            String metrics = client.send(HttpRequest.newBuilder(address.resolve("metrics")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
            Matcher taken = Pattern.compile("llava4j_places_taken (\\d+)").matcher(metrics);
            return taken.find() ? Integer.parseInt(taken.group(1)) : -1;
        } catch (IOException | InterruptedException e) {
            faults.add(e.toString());
            return -1;
        }
    }

    private void watch() throws InterruptedException {
        int taken = taken();
        check(taken >= 0 && taken <= PLACES, taken + " places are taken");
        count(taken == PLACES ? "looks at the queue: all places taken" : "looks at the queue: places free");
        Thread.sleep(500);
    }
}
