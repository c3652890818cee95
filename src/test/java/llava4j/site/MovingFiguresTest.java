package llava4j.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import llava4j.site.AnimatedGif.Frame;
import org.junit.jupiter.api.Test;

/** The moving figures of the README are there, are small, and have a still beside them. */
class MovingFiguresTest {

    private static final int MOST_KILOBYTES = 450;
    private static final Map<String, List<Frame>> FIGURES = MovingFigures.all();

    @Test
    void eachIsDrawnTheSameEveryTime() {
        Map<String, List<Frame>> again = MovingFigures.all();
        for (String name : FIGURES.keySet()) {
            for (int i = 0; i < FIGURES.get(name).size(); i++) {
                assertArrayEquals(pixels(FIGURES.get(name).get(i)), pixels(again.get(name).get(i)), name + ", frame " + i);
            }
        }
    }

    @Test
    void theCommittedFilesHaveTheFramesThatTheCodeDrawsAndAStill() throws IOException {
        long bytes = 0;
        for (Map.Entry<String, List<Frame>> figure : FIGURES.entrySet()) {
            Path gif = MovingFigures.FOLDER.resolve(figure.getKey() + ".gif");
            BufferedImage first = figure.getValue().get(0).image();
            assertEquals(figure.getValue().size(), frames(gif), gif + ": make it anew: mvn -q test-compile exec:java@moving");
            BufferedImage still = ImageIO.read(MovingFigures.FOLDER.resolve(figure.getKey() + ".png").toFile());
            assertEquals(List.of(first.getWidth(), first.getHeight()), List.of(still.getWidth(), still.getHeight()), figure.getKey());
            assertTrue(new String(Files.readAllBytes(gif), StandardCharsets.ISO_8859_1).contains("NETSCAPE2.0"),
                    gif + " does not begin anew when it has ended");
            bytes += Files.size(gif);
        }
        assertTrue(bytes < MOST_KILOBYTES * 1024, bytes + " bytes in all");
    }

    @Test
    void bothReadmesShowEachWithItsStillAndInWords() throws IOException {
        for (String readme : List.of("README.md", "README.zh-CN.md")) {
            String page = Files.readString(Path.of(readme));
            for (String name : FIGURES.keySet()) {
                String place = MovingFigures.FOLDER.toString().replace('\\', '/') + "/" + name;
                assertTrue(Pattern.compile("<source media=\"\\(prefers-reduced-motion: reduce\\)\" srcset=\"" + place
                        + ".png\">\\s*<img src=\"" + place + ".gif\"[^>]* alt=\"[^\"]{20,}\">").matcher(page).find(),
                        readme + " has no " + place + ".gif with its still and a text");
            }
        }
    }

    private static int[] pixels(Frame frame) {
        BufferedImage image = frame.image();
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static int frames(Path gif) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(in);
            return reader.getNumImages(true);
        } finally {
            reader.dispose();
        }
    }
}
