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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Chinese notebooks and the Chinese README say what the English ones say, and have their code. */
class TranslationsTest {

    /** Notebooks that have no Chinese text yet. */
    private static final List<String> TO_COME = List.of();
    private static final Path NOTEBOOKS = Path.of("notebooks");
    private static final Pattern EQUATION = Pattern.compile("(?s)\\$\\$.*?\\$\\$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    /** One digit alone may be a word in the other language. */
    private static final Pattern FIGURE = Pattern.compile("(?<![\\w#/.-])\\d+(?:[.,]\\d+)+|(?<![\\w#/.-])\\d{2,}");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyMarkdownCellHasItsChineseText() throws IOException {
        List<String> faults = new ArrayList<>();
        for (String name : notebooks()) {
            if (Files.exists(text(name))) {
                faults.addAll(Translation.of(text(name)).drift(markdown(name)));
            } else if (!TO_COME.contains(name)) {
                faults.add(text(name) + " is missing: write it, or name " + name + " in TO_COME");
            }
        }
        assertEquals("", String.join("\n", faults));
    }

    @Test
    void aNotebookThatIsTranslatedIsNoLongerToCome() {
        assertEquals(List.of(), TO_COME.stream().filter(name -> Files.exists(text(name))).toList());
    }

    @Test
    void aChineseNotebookIsTheEnglishOneWithItsTextTranslated() throws IOException {
        List<String> faults = new ArrayList<>();
        for (String name : notebooks()) {
            if (!Files.exists(text(name))) {
                continue;
            }
            List<Translation.Part> parts = Translation.of(text(name)).parts();
            JsonNode english = cells(name);
            JsonNode chinese = Files.exists(notebook(name + ".zh-CN")) ? cells(name + ".zh-CN") : JSON.createArrayNode();
            boolean same = english.size() == chinese.size();
            int part = 0;
            for (int i = 0; same && i < english.size(); i++) {
                same = isMarkdown(english.get(i))
                        ? part < parts.size() && source(chinese.get(i)).equals(parts.get(part++).text())
                        : chinese.get(i).equals(english.get(i));
            }
            if (!same) {
                faults.add(name + ".zh-CN.ipynb is not current: notebooks/run --translate " + name.substring(0, 2));
            }
        }
        assertEquals("", String.join("\n", faults));
    }

    @Test
    void everySectionOfTheReadmeHasItsChineseText() throws IOException {
        assertEquals("", String.join("\n", Translation.of(Path.of("README.zh-CN.md")).drift(sections())));
    }

    @Test
    void aTranslationHasTheFiguresEquationsLinksAndCommandsOfTheEnglishText() throws IOException {
        List<String> faults = new ArrayList<>();
        compare(sections(), Translation.of(Path.of("README.zh-CN.md")), faults);
        for (String name : notebooks()) {
            if (Files.exists(text(name))) {
                compare(markdown(name), Translation.of(text(name)), faults);
            }
        }
        assertEquals("", String.join("\n", faults));
    }

    @Test
    void aPartThatIsOutOfDateMissingOrLeftOverIsNamedInOneLine() {
        List<Translation.Source> english = Stream.of("One.", "Two, changed.", "Three.", "New.")
                .map(text -> new Translation.Source("part", text)).toList();
        Translation chinese = Translation.of(Path.of("x.md"), "<!-- translates " + english.get(0).key() + " -->\n一。\n"
                + "<!-- translates 00000000 -->\n二。\n<!-- translates " + english.get(2).key() + " -->\n三。\n");
        List<String> faults = chinese.drift(english);
        assertEquals(2, faults.size(), faults.toString());
        assertTrue(faults.get(0).contains("part has changed; read \"二。\" again"), faults.get(0));
        assertTrue(faults.get(0).endsWith("from 00000000 to " + english.get(1).key()), faults.get(0));
        assertTrue(faults.get(1).contains("(\"New.\") is not translated"), faults.get(1));
        assertTrue(chinese.drift(english.subList(0, 1)).get(0).contains("\"二。\" (00000000) is left over"));
    }

    private static void compare(List<Translation.Source> english, Translation chinese, List<String> faults) {
        for (int i = 0; i < Math.min(english.size(), chinese.parts().size()); i++) {
            String from = english.get(i).text();
            String to = chinese.parts().get(i).text();
            String place = chinese.file() + ", " + english.get(i).place() + ": ";
            same(place + "equations", all(EQUATION, from), all(EQUATION, to), faults);
            same(place + "figures", figures(from), figures(to), faults);
            same(place + "commands", blocks(from), blocks(to), faults);
            same(place + "links", links(from), links(to), faults);
        }
    }

    private static void same(String what, Object english, Object chinese, List<String> faults) {
        if (!english.equals(chinese)) {
            faults.add(what + ": English " + english + ", Chinese " + chinese);
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results()
                .map((MatchResult found) -> found.groupCount() > 0 ? found.group(1) : found.group()).toList();
    }

    /** Without the anchors in notebooks: these are headings, and so they are translated. LinksTest looks them up. */
    private static Set<String> links(String text) {
        return new TreeSet<>(all(LINK, text.replace(".zh-CN", "").replaceAll("\\.ipynb#[^)\\s]*\\)", ".ipynb)")));
    }

    private static Set<String> figures(String text) {
        String prose = text.replaceAll("(?s)```.*?```|\\$\\$.*?\\$\\$", "").replaceAll("\\]\\([^)]*\\)|`[^`]*`|\\$[^$\n]*\\$", "");
        return new TreeSet<>(all(FIGURE, prose));
    }

    private static List<String> blocks(String text) {
        return new Page(Path.of("part.md"), text).blocks().stream()
                .map(block -> block.mark() + "\n" + String.join("\n", block.lines()).replaceAll("\\s+#.*", "")).toList();
    }

    private static List<String> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(NOTEBOOKS)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.matches("[0-9]{2}-[\\w-]+\\.ipynb"))
                    .map(name -> name.replace(".ipynb", "")).sorted().collect(Collectors.toList());
        }
    }

    private static Path text(String name) {
        return NOTEBOOKS.resolve(name + ".zh-CN.md");
    }

    private static Path notebook(String name) {
        return NOTEBOOKS.resolve(name + ".ipynb");
    }

    private static JsonNode cells(String name) throws IOException {
        return JSON.readTree(notebook(name).toFile()).get("cells");
    }

    private static boolean isMarkdown(JsonNode cell) {
        return cell.get("cell_type").asText().equals("markdown");
    }

    private static String source(JsonNode cell) {
        StringBuilder text = new StringBuilder();
        cell.get("source").forEach(line -> text.append(line.asText()));
        return text.toString();
    }

    private static List<Translation.Source> markdown(String name) throws IOException {
        List<Translation.Source> sources = new ArrayList<>();
        JsonNode cells = cells(name);
        for (int i = 0; i < cells.size(); i++) {
            if (isMarkdown(cells.get(i))) {
                sources.add(new Translation.Source("cell " + i, source(cells.get(i))));
            }
        }
        return sources;
    }

    /** Of README.md: what comes before the first heading of the second level, then each of these with its text. */
    private static List<Translation.Source> sections() throws IOException {
        List<Translation.Source> sections = new ArrayList<>();
        for (String section : Files.readString(Path.of("README.md")).split("(?m)^(?=## )")) {
            String text = section.strip();
            sections.add(new Translation.Source("section \"" + text.lines().findFirst().orElse("").replaceFirst("^#+ ", "")
                    + "\"", text));
        }
        return sections;
    }
}
