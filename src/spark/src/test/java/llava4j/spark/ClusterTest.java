package llava4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.Assembly;
import llava4j.cli.Main;
import llava4j.cli.Workers;
import llava4j.evaluate.Exam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executors that are processes of their own, as on a real cluster; in this order, so that most tests share two of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("On a cluster")
class ClusterTest {

    private static final Path DATA = Path.of("../../tiny-data").toAbsolutePath().normalize();
    private static final int PICTURES = 600;

    @TempDir
    private static Path folder;
    private static Cluster cluster;
    private static int executors;
    private static String onOneProcess;

    @BeforeAll
    static void aModelAndASilenceThatABusyMachineDoesNotReach() throws IOException {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        Assembly.of(DATA.resolve("pretrained/vicuna"), DATA.resolve("pretrained/clip"), 0).save(folder.resolve("model"));
        Map.of("spark.ui.enabled", "false", "spark.log.level", "ERROR", "spark.network.timeout", "600s",
                "spark.executor.extraClassPath", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC "
                        + "-Dorg.bytedeco.javacpp.maxphysicalbytes=4g").forEach(System::setProperty);
    }

    @AfterEach
    void thisProcessAsksAgain() {
        Exam.leaveTo(null);
    }

    @AfterAll
    static void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Runs a command on so many executors; 0: in this process. */
    private static void run(int on, String... arguments) {
        if (on != executors && on > 0) {
            end();
            System.setProperty("spark.master", "local-cluster[" + on + ",1,1024]");
            cluster = new Cluster("test");
            executors = on;
        }
        SparkWorkers workers = new SparkWorkers(cluster, new Asked("", List.of(arguments)));
        if (on > 0 && arguments[0].equals("evaluate")) {
            Exam.leaveTo(workers);
        }
        assertEquals(0, Main.command(on == 0 ? Workers.HERE : workers, arguments));
    }

    /** Kills an executor as soon as a file is there. */
    private static CompletableFuture<Boolean> killedOnceThereIs(Path place, String suffix) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                while (!Files.isDirectory(place) || names(place).stream().noneMatch(name -> name.endsWith(suffix))) {
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                return false;
            }
            return ProcessHandle.current().descendants().filter(process -> process.info().command().orElse("").endsWith("java"))
                    .findFirst().map(ProcessHandle::destroyForcibly).orElse(false);
        });
    }

    /** As an executor leaves it that is killed while it writes, which the kill above hits now and then. */
    private static void leaveHalfAShard(Path place) {
        try {
            Files.writeString(place.resolve(".features-00000000.safetensors.999999999-1.part"), "half");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path place) {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> checksums(Path place) {
        return names(place).stream().collect(Collectors.toMap(name -> name, name -> sha256(place.resolve(name)), (a, b) -> a,
                TreeMap::new));
    }

    @Test
    @Order(1)
    @DisplayName("600 pictures become the same files as in one process, though an executor is killed: none twice, none missing")
    void encode() throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        for (String name : names(DATA.resolve("train/images")).subList(0, PICTURES)) {
            Files.copy(DATA.resolve("train/images").resolve(name), images.resolve(name));
        }
        String[] command = {"encode", "--model", folder.resolve("model").toString(), "--images", images.toString(), "--out", ""};
        command[6] = folder.resolve("one").toString();
        run(0, command);
        command[6] = folder.resolve("many").toString();
        CompletableFuture<Boolean> killed = killedOnceThereIs(folder.resolve("many"), ".safetensors").thenApply(done -> {
            leaveHalfAShard(folder.resolve("many"));
            return done;
        });
        run(2, command);
        assertTrue(killed.join(), "an executor was killed");
        Map<String, String> one = checksums(folder.resolve("one"));
        System.out.printf("%d pictures, one process and two executors, one of which is killed:%n  %s%n  %s%n", PICTURES, one,
                checksums(folder.resolve("many")));
        assertEquals(3, one.size(), "256, 256 and 88 pictures");
        assertEquals(one, checksums(folder.resolve("many")));
    }

    @Test
    @Order(2)
    @DisplayName("an exam has the answers that it has in one process")
    void evaluate() throws IOException {
        Path world = Files.createDirectories(folder.resolve("world/images")).getParent();
        ObjectMapper json = new ObjectMapper();
        ArrayNode questions = json.createArrayNode();
        for (JsonNode question : json.readTree(DATA.resolve("validation/questions.json").toFile())) {
            Path picture = world.resolve("images").resolve(question.get("image").asText());
            if (questions.size() < 60) {        // of some parts more than one batch
                questions.add(question);
                if (!Files.exists(picture)) {
                    Files.copy(DATA.resolve("validation/images").resolve(picture.getFileName()), picture);
                }
            }
        }
        Files.writeString(world.resolve("questions.json"), questions.toString());
        for (int on : new int[] {0, 2}) {
            run(on, "evaluate", "--suite", "tiny", "--model", DATA.resolve("pretrained/llava").toString(), "--vision-tower",
                    DATA.resolve("pretrained/clip").toString(), "--data", world.toString(), "--out", folder.resolve("answers-" + on).toString());
        }
        assertEquals(Files.readString(folder.resolve("answers-0")), Files.readString(folder.resolve("answers-2")));
    }

    /** Trains 50 steps of stage 1 and gives the checksum of the model. */
    private static String aligned(int on, String out) {
        run(on, training(out, "--stage", "1", "--data", DATA.resolve("validation/captions.json").toString(), "--steps", "50"));
        String sum = sha256(folder.resolve(out).resolve("model.safetensors"));
        System.out.printf("stage 1, 50 steps, %s: %s%n", out, sum);
        return sum;
    }

    private static String[] training(String out, String... more) {
        List<String> all = new ArrayList<>(List.of("train", "--model", folder.resolve("model").toString(), "--images",
                DATA.resolve("validation/images").toString(), "--features", folder.resolve("features").toString(), "--out",
                folder.resolve(out).toString(), "--batch", "8", "--parts", "2", "--save-every", "10"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String alignedInOneProcess() {
        if (onOneProcess == null) {
            onOneProcess = aligned(0, "one-process");
        }
        return onOneProcess;
    }

    @Test
    @Order(3)
    @DisplayName("of two executors stage 1 ends in the weights of one process")
    void twoExecutors() {
        assertEquals(alignedInOneProcess(), aligned(2, "two-executors"));
    }

    @Test
    @Order(4)
    @DisplayName("an executor that is killed in the middle changes nothing")
    void killed() {
        CompletableFuture<Boolean> killed = killedOnceThereIs(folder.resolve("killed"), "training-state.safetensors");
        assertEquals(alignedInOneProcess(), aligned(2, "killed"));
        assertTrue(killed.join(), "an executor was killed");
    }

    @ParameterizedTest
    @Order(5)
    @ValueSource(strings = {"", "--lora-rank 2"})
    @DisplayName("stage 2, in full and as LoRA with dropout, ends in the weights of one process")
    void stageTwo(String lora) {
        for (int on : new int[] {0, 2}) {
            List<String> more = new ArrayList<>(List.of("--stage", "2", "--data", DATA.resolve("validation/instructions.json").toString(),
                    "--steps", "4"));
            more.addAll(List.of(lora.split(" ")).stream().filter(word -> !word.isEmpty()).toList());
            run(on, training("stage-2-" + on + lora, more.toArray(String[]::new)));
        }
        String weights = lora.isEmpty() ? "model.safetensors" : "adapter_model.safetensors";
        assertEquals(sha256(folder.resolve("stage-2-0" + lora).resolve(weights)),
                sha256(folder.resolve("stage-2-2" + lora).resolve(weights)));
    }

    @Test
    @Order(6)
    @DisplayName("of a single executor stage 1 ends in the weights of one process")
    void oneExecutor() {
        assertEquals(alignedInOneProcess(), aligned(1, "one-executor"));
    }

    @Test
    @Order(7)
    @DisplayName("what cannot be done on several machines is refused before one is asked for")
    void mistakes() {
        assertEquals(2, SparkMain.run(folder, "chat"));
        assertEquals(2, SparkMain.run(folder, "train", "--stage", "1", "--model", "m", "--data", "d", "--images", "i", "--out", "o",
                "--features", "f"), "--parts is missing");
        assertEquals(2, SparkMain.run(folder, "train", "--stage", "1", "--model", "m", "--data", "d", "--images", "i", "--out", "o",
                "--parts", "2"), "--features is missing");
        assertEquals(2, SparkMain.run(folder, "train", "--stage", "1", "--model", "m", "--data", "d", "--images", "i", "--out", "o",
                "--parts", "2", "--features", "f", "--micro-batch", "1"));
    }
}
