package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of twenty sentences quotes what the pages say today, and not what they said when it was written. */
class RewritingTest {

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\| [^|]+ \\|$", Pattern.MULTILINE);

    @Test
    void eachSentenceOfTheSecondColumnStandsOnAPage() throws IOException {
        List<String> pages = new ArrayList<>(List.of(plain(Files.readString(Path.of("README.md")))));
        try (Stream<Path> notebooks = Files.list(Path.of("notebooks"))) {
            for (Path page : notebooks.filter(file -> file.toString().matches(".*\\d\\d-[a-z-]+\\.md")).toList()) {
                pages.add(plain(Files.readString(page)));
            }
        }
        List<String> nowhere = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/teaching/rewriting.md")));
        int rows = 0;
        while (row.find()) {
            rows++;
            List<String> passages = Stream.of(plain(row.group(2)).split("…")).map(String::strip).filter(one -> !one.isEmpty()).toList();
            Optional<String> page = pages.stream().filter(text -> passages.stream().allMatch(text::contains)).findFirst();
            if (page.isEmpty()) {
                nowhere.add(row.group(1) + ": " + passages);
            }
        }
        assertEquals(List.of(), nowhere);
        assertEquals(20, rows);
    }

    /** A text without its marks, the targets of its links, and the Chinese terms in brackets. */
    private static String plain(String text) {
        return text.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replaceAll("\\s*\\([^()]*\\p{IsHan}[^()]*\\)", "")
                .replaceAll("[*$`\\\\]", "").replace('−', '-').replaceAll("\\s+", " ");
    }
}
