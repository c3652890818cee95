package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What no test can start, because others do: the Dockerfile, the dev container, Binder's files, the workflows. */
class ContainersTest {

    private static final Path DOCKERFILE = Path.of(".devcontainer/Dockerfile");
    private static final Set<String> INSTRUCTIONS = Set.of("FROM", "RUN", "ENV", "USER", "WORKDIR", "COPY", "EXPOSE", "CMD");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each instruction in one line, comments left out. */
    private static List<String> steps() throws IOException {
        return Stream.of(Files.readAllLines(DOCKERFILE).stream().filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining("\n")).replaceAll("\\\\\n\\s*", "").split("\n"))
                .filter(line -> !line.isBlank()).toList();
    }

    @Test
    void theDockerfileHasOnlyInstructionsThatReplayKnowsAndDoesNotEndAsRoot() throws IOException {
        assertEquals(List.of(), steps().stream().filter(step -> !INSTRUCTIONS.contains(step.split(" ")[0])).toList());
        List<String> users = steps().stream().filter(step -> step.startsWith("USER ")).toList();
        assertEquals(List.of("USER student"), users);
    }

    @Test
    void whatTheDockerfileCopiesIsThere() throws IOException {
        List<String> sources = steps().stream().filter(step -> step.startsWith("COPY "))
                .flatMap(step -> Stream.of(step.split(" ")).skip(1).filter(word -> !word.startsWith("--")))
                .filter(word -> !Files.exists(Path.of(word))).toList();
        assertEquals(List.of(), sources);
    }

    @Test
    void binderInstallsWhatTheDockerfileInstalls() throws IOException {
        String installed = steps().stream().filter(step -> step.contains("apt-get install")).collect(Collectors.joining());
        Set<String> named = new TreeSet<>(Files.readAllLines(Path.of(".binder/apt.txt")));
        assertTrue(named.contains("maven"), named::toString);
        assertEquals(List.of(), named.stream().filter(name -> !installed.contains(" " + name)).toList());
        for (String script : List.of("postBuild", "start")) {
            assertTrue(Files.readString(Path.of(".binder", script)).startsWith("#!/bin/sh\n"), script);
        }
    }

    @Test
    void theDevContainerAndTheCatalogueNameWhatIsThere() throws IOException {
        JsonNode container = JSON.readTree(Path.of(".devcontainer/devcontainer.json").toFile());
        assertEquals("Dockerfile", container.at("/build/dockerfile").asText());
        List<String> absent = new ArrayList<>();
        container.at("/customizations/codespaces/openFiles").forEach(file -> absent.add(file.asText()));
        assertEquals(3, absent.size());
        absent.removeIf(file -> Files.exists(Path.of(file)));
        assertEquals(List.of(), absent);
        JsonNode catalogue = JSON.readTree(Path.of(".jbang/jbang-catalog.json").toFile());
        assertEquals(Path.of("target/llava4j.jar"),
                Path.of(".jbang").resolve(catalogue.at("/aliases/llava4j/script-ref").asText()).normalize());
    }

    /** Only what GitHub would refuse or fail at once; whether a step does what it says, its machines show. */
    @Test
    void everyWorkflowIsYamlWithJobsWhoseStepsRunSomething() throws IOException {
        int steps = 0;
        try (Stream<Path> files = Files.list(Path.of(".github/workflows"))) {
            for (Path file : files.toList()) {
                Map<String, Object> workflow = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
                assertTrue(workflow.containsKey("name") && workflow.get("jobs") instanceof Map, file.toString());
                for (Object job : ((Map<?, ?>) workflow.get("jobs")).values()) {
                    assertTrue(((Map<?, ?>) job).containsKey("runs-on"), file.toString());
                    for (Object step : (List<?>) ((Map<?, ?>) job).get("steps")) {
                        steps++;
                        assertTrue(((Map<?, ?>) step).containsKey("run") != ((Map<?, ?>) step).containsKey("uses"), step::toString);
                    }
                }
            }
        }
        assertTrue(steps > 8, "the workflows' steps were not found: " + steps);
    }
}
