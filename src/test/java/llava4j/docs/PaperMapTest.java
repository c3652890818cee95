package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The map from the paper to the code names what is there, and leaves nothing of the paper's core out. */
class PaperMapTest {

    private static final Path MAP = Path.of("docs/paper-map.md");

    @Test
    void everyClassAndMemberThatTheMapNamesIsInTheCode() throws IOException {
        Map<String, Path> classes = new HashMap<>();
        for (String root : List.of("src/main/java", "src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .forEach(file -> classes.put(file.getFileName().toString().replace(".java", ""), file));
            }
        }
        List<String> gone = new ArrayList<>();
        int named = 0;
        Page map = Page.of(MAP);
        Set<String> linked = map.links().stream().map(Page.Link::label).collect(Collectors.toSet());
        for (String span : map.codeSpans()) {
            Optional<JavaName> name = JavaName.in(span);
            if (name.isPresent()) {
                named++;
                if (!linked.contains("`" + span + "`")) {
                    Path file = classes.get(name.get().type());
                    (file == null ? Optional.of("there is no class of this name") : name.get().missingIn(file))
                            .ifPresent(wrong -> gone.add("`" + span + "`: " + wrong));
                }
            }
        }
        for (Page.Link link : map.links()) {
            Path file = Path.of("docs").resolve(link.target()).normalize();
            if (link.target().endsWith(".java")) {
                JavaName.in(link.label().replace("`", "")).flatMap(name -> name.missingIn(file))
                        .ifPresent(wrong -> gone.add(link.label() + ": " + wrong));
            }
        }
        assertTrue(named > 50, "the map's names were not found: " + named);
        assertEquals(List.of(), gone, MAP + " names what the code no longer has");
    }

    @Test
    void theMapHasARowForEachSectionEquationAndNumberedTable() throws IOException {
        List<String> places = Stream.of("1", "2", "3", "4.1", "4.2", "5.1", "5.2", "6")
                .map(section -> "section " + section).collect(Collectors.toCollection(ArrayList::new));
        Stream.of(1, 2, 3).forEach(number -> places.add("equation " + number));
        Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 11, 12).forEach(number -> places.add("table " + number));
        places.add("figure 1");
        List<String> rows = Page.of(MAP).text().lines().filter(line -> line.startsWith("|"))
                .map(line -> line.split("\\|")[1].strip().toLowerCase()).collect(Collectors.toList());
        List<String> absent = places.stream()
                .filter(place -> rows.stream().noneMatch(row -> Pattern.compile(Pattern.quote(place) + "(?![.\\d])")
                        .matcher(row).find()))
                .collect(Collectors.toList());
        assertEquals(List.of(), absent, MAP + " has no row for these");
    }

    @Test
    void everyExerciseAndNotebookHasItsPlaceInTheMap() throws IOException {
        String map = Page.of(MAP).text();
        List<String> absent = new ArrayList<>();
        try (Stream<Path> exercises = Files.list(Path.of("exercises/starters"));
                Stream<Path> notebooks = Files.list(Path.of("notebooks"))) {
            exercises.filter(Files::isDirectory)
                    .map(folder -> "exercises/starters/" + folder.getFileName() + "/README.md")
                    .filter(page -> !map.contains(page)).forEach(absent::add);
            notebooks.map(file -> "notebooks/" + file.getFileName())
                    .filter(name -> name.endsWith(".ipynb") && !name.endsWith(".zh-CN.ipynb"))
                    .filter(name -> !map.contains(name)).forEach(absent::add);
        }
        assertEquals(List.of(), absent, MAP + " leaves these out");
    }
}
