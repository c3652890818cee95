package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.SupervisedTokens;
import llava4j.show.PictureAttention;
import llava4j.tinyworld.Painter;
import llava4j.train.StepReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page")
class PageTest {

    private static final Pattern NAMES = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"|from '\\./([^']+)'");
    private static final String QUESTION = "describe the picture in detail.";

    private static Llava model;
    private static Served served;

    @BeforeAll
    static void serve() {
        model = Served.model();
        served = new Served(model, settings -> settings);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @Test
    @DisplayName("and all that it names come from this server, with a policy that lets nothing else in")
    void files() throws IOException {
        Deque<String> open = new ArrayDeque<>(List.of("/"));
        Set<String> seen = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            String path = open.poll();
            if (!seen.add(path)) {
                continue;
            }
            HttpResponse<String> file = served.get(path.substring(1));
            assertEquals(200, file.statusCode(), path);
            assertFalse(Pattern.compile("https?://").matcher(file.body()).find(), path + " names another host");
            String policy = file.headers().firstValue("Content-Security-Policy").orElseThrow();
            assertTrue(policy.startsWith("default-src 'none'") && !policy.contains("unsafe"), policy);
            Matcher names = NAMES.matcher(file.body());
            while (names.find()) {
                open.add(names.group(1) != null ? names.group(1) : "/page/" + names.group(2));
            }
        }
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/llava4j/serve"))) {
            Set<String> shipped = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            assertEquals(shipped, seen.stream().map(path -> path.equals("/") ? "page.html" : path.replace("/page/", ""))
                    .collect(Collectors.toSet()));
        }
    }

    private static JsonNode look(ObjectNode request) {
        HttpResponse<String> response = served.post("llava4j/look", request.toString());
        assertEquals(200, response.statusCode(), response.body());
        return Served.json(response.body());
    }

    @Test
    @DisplayName("shows the sequence as the model sees it, and what each head took from the picture for a word")
    void whereItLooked() {
        String answer = Served.text(served.ask(Served.request(Served.picture(5), QUESTION)));
        ObjectNode request = Served.request(Served.picture(5), QUESTION, answer);
        List<String> kinds = new ArrayList<>();
        look(request).get("tokens").forEach(token -> kinds.add(token.get("kind").asText()));
        SupervisedTokens tokens = model.conversationEncoder().encode(new Conversation("it", List.of("p"),
                List.of(new Turn("<image>\n" + QUESTION, answer))));
        assertEquals(tokens.ids().length, kinds.size());
        assertEquals(model.config().imageTokens(), kinds.stream().filter("image"::equals).count());
        assertEquals(tokens.supervised(), kinds.stream().filter("scored"::equals).count());

        List<PictureAttention.Look> expected = PictureAttention.of(model,
                model.imageFeaturesOf(List.of(Served.picture(5))), tokens, 1);
        int token = kinds.indexOf("scored") + 3;
        JsonNode heads = look(request.put("token", token).put("layer", 1)).get("heads");
        assertEquals(model.config().decoder().heads(), heads.size());
        double[] mean = new double[model.config().imageTokens()];
        heads.forEach(head -> {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += head.get(i).asDouble() / heads.size();
            }
        });
        assertArrayEquals(expected.get(3).weights(), mean, 2e-5);
        assertEquals(400, served.post("llava4j/look", request.put("layer", 99).toString()).statusCode());
    }

    @Test
    @DisplayName("composes a picture that the model can talk about")
    void theBoard() throws IOException {
        String things = "{\"things\": [{\"color\": \"blue\", \"kind\": \"boat\", \"cell\": 2}]}";
        HttpRequest request = served.to("llava4j/board").POST(HttpRequest.BodyPublishers.ofString(things)).build();
        byte[] png = served.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
        assertEquals(Painter.SIZE, picture.getWidth());
        Path file = Files.createTempFile("board", ".png");
        Files.write(file, png);
        assertEquals("there is one thing. at top-right is a blue boat.",
                Served.text(served.ask(Served.request(file, QUESTION))));
        Files.delete(file);
        for (String wrong : List.of("[]", "[{\"color\": \"pink\", \"kind\": \"boat\", \"cell\": 2}]",
                "[{\"color\": \"blue\", \"kind\": \"boat\", \"cell\": 9}]")) {
            assertEquals(400, served.post("llava4j/board", "{\"things\": " + wrong + "}").statusCode());
        }
    }

    @Test
    @DisplayName("names the words of a question that the model does not know")
    void unknownWords() {
        String notice = Served.json(served.post("llava4j/words", "{\"text\": \"where is the dog?\"}").body()).get("notice").asText();
        assertTrue(notice.startsWith("\"dog\" (known: cat)"), notice);
        assertTrue(Served.json(served.post("llava4j/words", "{\"text\": \"where is the cat?\"}").body()).get("notice").isNull());
    }

    @Test
    @DisplayName("follows a run, thins out its points, and lets nobody ask before it is over")
    void aRun() {
        assertEquals("none", Served.json(served.get("llava4j/run").body()).get("state").asText());
        LiveRun run = new LiveRun();
        run.begin("stage1");
        for (int step = 1; step <= 5000; step++) {
            run.step(new StepReport(step, 5000, 1.0 / step, 100, 0.01, 1, 0.1));
        }
        run.answers(5000, List.of(new LiveRun.Asked(Served.picture(1), "what is it?", "a tree", "a cat")));
        JsonNode shown = run.json();
        int points = shown.get("losses").size();
        assertTrue(points > 500 && points <= 1000, points + " points");
        int apart = shown.at("/losses/1/0").asInt() - shown.at("/losses/0/0").asInt();
        for (JsonNode point : shown.get("losses")) {
            assertEquals(0, point.get(0).asInt() % apart, "points are evenly spaced");
            assertEquals(1.0 / point.get(0).asInt(), point.get(1).asDouble(), 1e-12);
        }
        assertEquals("a cat", shown.at("/answers/0/answer").asText());
        assertTrue(shown.at("/answers/0/picture").asText().startsWith("data:image/png"));
        try (DecodingLine line = new DecodingLine(1, 8, run::isUnderWay)) {
            assertEquals(503, assertThrows(ApiError.class, line::place).status());
            run.end();
            line.place();
        }
    }
}
