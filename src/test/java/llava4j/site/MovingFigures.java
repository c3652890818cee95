package llava4j.site;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import llava4j.graph.CausalMask;
import llava4j.site.AnimatedGif.Frame;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Thing;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The four figures of the README that move: a picture becomes tokens, the splice, the mask, and decoding with the cache.
 *
 * <p>{@code mvn test-compile exec:java@moving} writes them to {@code docs/images/moving}, and beside each the last frame as PNG for
 * readers who have asked for less motion. Letters depend on the system's fonts, so a test counts frames and bytes and does not
 * compare pictures.
 */
public final class MovingFigures {

    static final Path FOLDER = Path.of("docs/images/moving");
    static final int WIDTH = 720;
    private static final List<String> QUESTION = List.of("user:", "<image>", "what", "color", "?", "assistant:");
    /** What the shipped model says of this picture. */
    private static final List<String> ANSWER = List.of("the", "tree", "is", "blue", ".", "</s>");

    private MovingFigures() {
    }

    /**
     * Writes all of them.
     *
     * @param folders where to, docs/images/moving by default
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] folders) throws IOException {
        Path folder = folders.length > 0 ? Path.of(folders[0]) : FOLDER;
        Files.createDirectories(folder);
        for (Map.Entry<String, List<Frame>> figure : all().entrySet()) {
            Path gif = folder.resolve(figure.getKey() + ".gif");
            Files.write(gif, AnimatedGif.of(figure.getValue()));
            List<Frame> frames = figure.getValue();
            ImageIO.write(frames.get(frames.size() - 1).image(), "png", folder.resolve(figure.getKey() + ".png").toFile());
            System.out.println(gif + "  " + frames.size() + " frames, " + Files.size(gif) / 1024 + " KB");
        }
    }

    /** Frames by the file's name without its ending. */
    static Map<String, List<Frame>> all() {
        Map<String, List<Frame>> all = new LinkedHashMap<>();
        all.put("tokens", tokens());
        all.put("splice", splice());
        all.put("mask", mask());
        all.put("decoding", decoding());
        return all;
    }

    private static BufferedImage picture() {
        return Painter.paint(new Scene(List.of(new Thing("blue", "tree", 6))), new Random(5));
    }

    private static List<Frame> tokens() {
        BufferedImage picture = picture();
        List<Frame> frames = new ArrayList<>();
        String[] said = {"The picture is cut into nine patches,", "which leave it in reading order, as words do.",
            "The encoder g turns each patch into a vector of what is there.", "W turns each vector into an image token, in the "
            + "decoder's own language."};
        for (int step = 0; step <= 20; step++) {
            int out = Math.min(9, step);                   // patches that have left the picture
            int seen = Math.max(0, Math.min(9, (step - 10) * 2));
            boolean joined = step >= 17;
            Sheet sheet = new Sheet(WIDTH, 300, said[step == 0 ? 0 : step < 10 ? 1 : joined ? 3 : 2]);
            sheet.picture(picture, 30, 60, 180);
            for (int i = 0; i < 9; i++) {
                double x = 30 + i % 3 * 60;
                double y = 60 + i / 3 * 60;
                if (i < out) {
                    sheet.box(x + 1, y + 1, 58, 58, Sheet.OFF);
                    sheet.picture(picture.getSubimage(i % 3 * 16, i / 3 * 16, 16, 16), 250 + i * 50, 198, 42);
                } else {
                    sheet.picture(picture.getSubimage(i % 3 * 16, i / 3 * 16, 16, 16), x + (step == 0 ? 0 : 3), y + (step == 0 ? 0 : 3),
                            step == 0 ? 60 : 54);
                }
                if (i < seen) {
                    sheet.arrow(271 + i * 50, 194, 271 + i * 50, 160).box(255 + i * 50, 122, 32, 36, Sheet.SEES);
                }
                if (joined) {
                    sheet.arrow(271 + i * 50, 119, 271 + i * 50, 84).box(255 + i * 50, 44, 32, 38, Sheet.JOINS);
                }
            }
            if (seen > 0) {
                sheet.bold("g", 704, 184);
            }
            if (joined) {
                sheet.bold("W", 704, 108);
            }
            frames.add(new Frame(sheet.done(), step == 20 ? 300 : step == 0 ? 120 : step == 9 || step == 15 ? 90 : 28));
        }
        return frames;
    }

    private static List<Frame> splice() {
        List<Frame> frames = new ArrayList<>();
        int steps = 12;
        for (int step = 0; step <= steps; step++) {
            double moved = Math.max(0, Math.min(1, (step - 2) / 8.0));
            boolean done = step == steps;
            Sheet sheet = new Sheet(WIDTH, 250, done ? "One sequence: the decoder reads image tokens as if they were words."
                    : step < 2 ? "A question with a mark where its picture belongs, and the picture's nine tokens."
                    : "The mark gives way, the words after it move on, and the image tokens take its place.");
            double opened = 34 + moved * (9 * 36 - 74);
            double x = 20;
            for (int i = 0; i < QUESTION.size(); i++) {
                boolean mark = i == 1;
                double width = mark ? 74 : i == 5 ? 82 : 58;
                if (mark) {
                    if (moved < 0.2) {
                        sheet.box(x, 140, 74, 38, Sheet.OFF, "<image>", false);
                    }
                    x += Math.max(78, opened + 44);
                } else {
                    sheet.box(x, 140, width, 38, Sheet.SPEAKS, QUESTION.get(i), false);
                    x += width + 4;
                }
            }
            for (int i = 0; i < 9; i++) {
                double from = 200 + i * 44;
                double to = 84 + i * 36;
                sheet.box(from + moved * (to - from), 40 + moved * 100, 32, 38, Sheet.JOINS, String.valueOf(i + 1), false);
            }
            if (done) {
                sheet.soft("14 rows: 5 words and 9 image tokens", WIDTH / 2.0, 210);
            }
            frames.add(new Frame(sheet.done(), done ? 300 : step < 2 ? 90 : 14));
        }
        return frames;
    }

    private static List<Frame> mask() {
        List<String> words = List.of("user:", "p1", "p2", "p3", "what", "color", "?", "red");
        boolean[][] all = new boolean[1][8];
        Arrays.fill(all[0], true);
        INDArray mask = CausalMask.of(all);
        List<Frame> frames = new ArrayList<>();
        for (int row = 0; row <= 8; row++) {
            boolean done = row == 8;
            Sheet sheet = new Sheet(WIDTH, 400, done ? "The whole mask. It is the same for every layer and every head."
                    : "\"" + words.get(row) + "\" looks: at itself and at what came before. The rest gets no weight.");
            for (int t = 0; t < 8; t++) {
                boolean patch = words.get(t).startsWith("p");
                sheet.box(150 + t * 56, 22, 52, 26, patch ? Sheet.JOINS : Sheet.SPEAKS, words.get(t),
                        !done && mask.getFloat(0, 0, row, t) == 0);
                sheet.box(40, 58 + t * 37, 96, 32, patch ? Sheet.JOINS : Sheet.SPEAKS, words.get(t), !done && t == row);
                for (int s = 0; s < 8; s++) {
                    boolean seen = mask.getFloat(0, 0, t, s) == 0;
                    boolean drawn = t <= row;
                    sheet.box(150 + s * 56, 58 + t * 37, 52, 32, drawn && seen ? words.get(s).startsWith("p") ? Sheet.JOINS : Sheet.SPEAKS
                            : Sheet.OFF, drawn ? seen ? "0" : "−∞" : "", drawn && seen && (done || t == row));
                }
            }
            frames.add(new Frame(sheet.done(), done ? 300 : 90));
        }
        return frames;
    }

    private static List<Frame> decoding() {
        BufferedImage picture = picture();
        List<Frame> frames = new ArrayList<>();
        int given = 19;                                    // <s> user: nine patches, a line break, the question, assistant:
        for (int step = 0; step <= ANSWER.size(); step++) {
            for (int half = 0; half < (step == 0 || step == ANSWER.size() ? 1 : 2); half++) {
                boolean end = step == ANSWER.size();
                // The word that goes in is the one said last; </s> never does
                int cached = end ? given + ANSWER.size() - 1 : given + Math.max(0, step - 1) + half;
                Sheet sheet = new Sheet(WIDTH, 300, end ? "</s> ends it. Each step computed one row; the picture's were computed once."
                        : step == 0 ? "The picture and the question go through the decoder once; their keys and values are kept."
                        : half == 0 ? "One new word goes in. It looks at everything in the cache ..."
                        : "... leaves its own key and value there, and the next word comes out.");
                sheet.picture(picture, 24, 24, 72).text("what color is the tree?", 190, 66);
                sheet.soft("the cache: a key and a value for each place, in every layer", WIDTH / 2.0, 150);
                for (int i = 0; i < cached; i++) {
                    boolean patch = i >= 2 && i < 11;
                    boolean fresh = i == cached - 1 && half == 1 || step == 0;
                    for (int kv = 0; kv < 2; kv++) {
                        sheet.box(24 + i * 28, 164 + kv * 26, 25, 22, patch ? Sheet.JOINS : Sheet.SPEAKS, kv == 0 ? "k" : "v", fresh);
                    }
                }
                int said = end ? ANSWER.size() : step == 0 ? 1 : step + half;
                double x = 300;
                for (int i = 0; i < said; i++) {
                    boolean goesIn = half == 0 && i == said - 1 && step > 0 && !end;
                    sheet.box(x, 46, 64, 32, i == 5 ? Sheet.PLAIN : Sheet.SPEAKS, ANSWER.get(i), goesIn || half == 1 && i == said - 1);
                    if (goesIn) {
                        sheet.arrow(x + 32, 80, x + 32, 128);
                    }
                    x += 68;
                }
                sheet.soft(cached + " places in the cache", WIDTH / 2.0, 246);
                frames.add(new Frame(sheet.done(), end ? 300 : step == 0 ? 160 : half == 0 ? 70 : 90));
            }
        }
        return frames;
    }
}
