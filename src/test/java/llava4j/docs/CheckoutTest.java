package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The repository can be checked out on Windows and on macOS: its names are names there, and no two are one there. */
class CheckoutTest {

    private static final Pattern DEVICE = Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");
    private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"|?*\\\\\\p{Cntrl}]|[ .]$");
    /** Windows takes 260 of them, of which a folder of the reader's has some. */
    private static final int LONGEST = 160;
    private static final Set<String> OUTSIDE = Set.of(".git", "target", ".idea", ".vscode", "__pycache__", ".ipynb_checkpoints");

    private static final Pattern TEXT = Pattern.compile(
            ".*\\.(java|md|json|jsonl|xml|py|ipynb|txt|jinja|js|css|html|yml|kts)|.*[/\\\\](run|grade|replay|start|postBuild)");

    private static final List<Path> FILES = new ArrayList<>();

    @BeforeAll
    static void all() throws IOException {
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return OUTSIDE.contains(folder.getFileName().toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                FILES.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        assertTrue(FILES.size() > 3000, "the repository's files were not found: " + FILES.size());
    }

    @Test
    void everyNameIsANameOnWindows() {
        List<String> wrong = new ArrayList<>();
        for (Path file : FILES) {
            for (Path part : file) {
                if (DEVICE.matcher(part.toString()).matches() || FORBIDDEN.matcher(part.toString()).find()) {
                    wrong.add(file.toString());
                }
            }
            if (file.toString().length() > LONGEST) {
                wrong.add(file + " is longer than " + LONGEST);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void noTwoNamesDifferInCaseAlone() {
        Set<String> seen = new HashSet<>();
        assertEquals(List.of(), FILES.stream().filter(file -> !seen.add(file.toString().toLowerCase(Locale.ROOT))).toList());
    }

    @Test
    void noFileIsALink() {
        assertEquals(List.of(), FILES.stream().filter(Files::isSymbolicLink).toList());
    }

    @Test
    void noTextEndsItsLinesAsOnWindows() throws IOException {
        List<Path> wrong = new ArrayList<>();
        int checked = 0;
        for (Path file : FILES) {
            if (TEXT.matcher(file.toString()).matches()) {
                checked++;
                if (Files.readString(file).contains("\r\n")) {
                    wrong.add(file);
                }
            }
        }
        assertTrue(checked > 1000, "the repository's texts were not found: " + checked);
        assertEquals(List.of(), wrong, ".gitattributes does not reach these");
    }
}
