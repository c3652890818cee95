package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("In the chat of a terminal")
class TypedLinesTest {

    private static final String UP = "\u001b[A";

    private static List<String> typed(String keys) throws IOException {
        ExternalTerminal terminal = new ExternalTerminal("test", "ansi", new ByteArrayInputStream(
                keys.getBytes(StandardCharsets.UTF_8)), new ByteArrayOutputStream(), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        try (TypedLines typed = new TypedLines(terminal, Set.of("purple", "person", "tree", "<unk>"))) {
            for (String line = typed.next(); line != null; line = typed.next()) {
                lines.add(line);
            }
            assertNull(typed.next());
        }
        return lines;
    }

    @Test
    @DisplayName("the tab key completes commands, the model's words, and file names after a command that takes one")
    void completion(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("photograph.png"));
        assertEquals(List.of("/reset", "where is the purple", "/image " + folder + "/photograph.png"),
                typed("/res\t\r" + "where is the pur\t\r" + "/image " + folder + "/pho\t\r").stream().map(String::strip).toList());
    }

    @Test
    @DisplayName("a file name with spaces, letters of any alphabet and a backslash is completed to its end")
    void spaces(@TempDir Path folder) throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("my pictures, 图片"));
        Files.createFile(pictures.resolve("a red tree.png"));
        String begun = "/image " + pictures + File.separator;
        assertEquals(List.of(begun + "a red tree.png", "/image C:\\pictures\\a tree.png"),
                typed(begun + "a re\t\r" + "/image C:\\pictures\\a tree.png\r").stream().map(String::strip).toList());
    }

    @Test
    @DisplayName("completing prints no warning of the library's")
    void silence() throws IOException {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        Logger jline = Logger.getLogger("org.jline");
        jline.addHandler(handler);
        try {
            typed("/res\t\r");
        } finally {
            jline.removeHandler(handler);
        }
        assertEquals(List.of(), logged);
    }

    @Test
    @DisplayName("a line can be called up again and mended, and an exclamation mark is only said aloud")
    void history() throws IOException {
        assertEquals(List.of("a tree!", "a tree!?", "!!"), typed("a tree!\r" + UP + "?\r" + "!!\r"));
    }

    @Test
    @DisplayName("a picture is printed where the terminal can show it, whole, and nowhere else")
    void pictures() throws IOException {
        BufferedImage picture = ImageIO.read(Path.of("tiny-data/held-out/images/000001.png").toFile());
        assertEquals(Optional.empty(), TerminalPicture.of(picture, Map.of("TERM", "xterm-256color")));
        String iterm = TerminalPicture.of(picture, Map.of("TERM_PROGRAM", "iTerm.app")).orElseThrow();
        assertSame(picture, iterm.substring(iterm.indexOf(':') + 1, iterm.indexOf('\u0007')));

        BufferedImage large = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < 90_000; i++) {
            large.setRGB(i % 300, i / 300, random.nextInt());
        }
        Matcher pieces = Pattern.compile("\u001b_G(?:f=100,a=T,r=\\d+,)?m=([01]);([^\u001b]*)\u001b\\\\").matcher(
                TerminalPicture.of(large, Map.of("TERM", "xterm-kitty")).orElseThrow());
        StringBuilder png = new StringBuilder();
        String more = "1";
        while (pieces.find()) {
            assertEquals("1", more, "nothing comes after the last piece");
            assertTrue(pieces.group(2).length() <= 4096);
            more = pieces.group(1);
            png.append(pieces.group(2));
        }
        assertEquals("0", more);
        assertSame(large, png.toString());
    }

    private static void assertSame(BufferedImage expected, String png) throws IOException {
        BufferedImage shown = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
        assertEquals(expected.getWidth(), shown.getWidth());
        for (int i = 0; i < expected.getWidth(); i++) {
            assertEquals(expected.getRGB(i, i), shown.getRGB(i, i));
        }
    }
}
