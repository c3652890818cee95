package llava4j.site;

import static llava4j.site.Drawing.JOINS;
import static llava4j.site.Drawing.PLAIN;
import static llava4j.site.Drawing.SEES;
import static llava4j.site.Drawing.SPEAKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.graph.CausalMask;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The figures of the documentation, in one style ({@link Drawing}).
 *
 * <p>{@code mvn test-compile exec:java@figures} writes them to {@code docs/images}; a test holds the committed files against what
 * comes out here.
 */
public final class Figures {

    static final Path FOLDER = Path.of("docs/images");
    private static final List<String> ENGLISH = List.of("the answer", "language model", "a Vicuna decoder: frozen in stage 1, learns in stage 2",
            "image tokens", "word vectors", "projection", "one matrix", "features", "vision encoder", "CLIP, frozen in both stages",
            "word table", "the picture", "the question", "the ball is red.", "what color is the ball?",
            "Figure 1: a picture and a question become an answer");
    private static final List<String> CHINESE = List.of("回答", "语言模型", "Vicuna 解码器：第一阶段冻结，第二阶段训练",
            "图像 token", "词向量", "投影", "一个矩阵", "图像特征", "视觉编码器", "CLIP，两个阶段都冻结",
            "词嵌入表", "图像", "问题", "the ball is red.", "what color is the ball?", "图 1：图像和问题如何变成回答");

    private Figures() {
    }

    /**
     * Writes all figures.
     *
     * @param folders where to, docs/images by default
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] folders) throws IOException {
        Path folder = folders.length > 0 ? Path.of(folders[0]) : FOLDER;
        for (Map.Entry<String, String> figure : all().entrySet()) {
            Files.writeString(folder.resolve(figure.getKey()), figure.getValue());
            System.out.println(folder.resolve(figure.getKey()));
        }
    }

    /** SVG by file name. */
    static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("figure-1.svg", figureOne(ENGLISH));
        all.put("figure-1.zh-CN.svg", figureOne(CHINESE));
        all.put("splice.svg", splice());
        all.put("mask.svg", mask());
        all.put("stages.svg", stages());
        all.put("data.svg", data());
        all.put("connectors.svg", connectors());
        return all;
    }

    private static String figureOne(List<String> words) {
        Drawing d = new Drawing(880, 540, words.get(15));
        d.box(330, 22, 220, 40, PLAIN, words.get(13)).text(572, 47, words.get(0) + " X_a", "soft start");
        d.arrow(440, 108, 440, 64);
        d.box(70, 108, 740, 66, SPEAKS).text(440, 136, words.get(1), "big").text(440, 160, words.get(2), "soft");
        d.symbol(790, 132, "f");
        d.row(150, 216, 9, 26, 26, 31, JOINS).row(556, 216, 5, 26, 26, 31, SPEAKS);
        d.arrow(287, 212, 287, 176).arrow(631, 212, 631, 176);
        d.text(136, 234, words.get(3) + " H_v", "soft end");
        d.text(722, 234, "H_q " + words.get(4), "soft start");
        d.box(187, 282, 200, 46, JOINS).text(274, 303, words.get(5), "bold").text(274, 321, words.get(6), "small soft")
                .symbol(367, 311, "W");
        d.arrow(287, 280, 287, 246);
        d.row(150, 360, 9, 26, 26, 31, SEES).text(136, 378, words.get(7) + " Z_v", "soft end");
        d.arrow(287, 358, 287, 330);
        d.box(147, 420, 280, 50, SEES).text(274, 442, words.get(8), "bold").text(274, 461, words.get(9), "small soft")
                .symbol(408, 450, "g");
        d.arrow(287, 418, 287, 390);
        d.picture(456, 402, 118).arrow(454, 445, 431, 445).text(515, 392, words.get(11) + " X_v", "soft");
        d.box(551, 282, 160, 46, SPEAKS).text(631, 310, words.get(10), "bold");
        d.arrow(631, 280, 631, 246);
        d.box(604, 420, 230, 42, PLAIN, words.get(14)).arrow(660, 418, 660, 330).text(719, 482, words.get(12) + " X_q", "soft");
        return d.svg();
    }

    private static String splice() {
        Drawing d = new Drawing(880, 400, "Word vectors and image tokens lie in one matrix, and the sequence is a choice of its rows");
        String[] words = {"user:", "<image>", "<image>", "<image>", "<image>", "what", "color", "?"};
        d.text(30, 42, "H_q word vectors; at an <image> any word, which nobody will choose", "soft start");
        int left = 30;
        for (int i = 0; i < 8; i++) {
            boolean gap = words[i].equals("<image>");
            d.box(left + i * 104, 56, 92, 38, gap ? "gap" : SPEAKS).text(left + i * 104 + 46, 80, words[i], gap ? "soft" : "");
            d.text(left + i * 104 + 46, 112, String.valueOf(i), "small soft");
        }
        for (int i = 0; i < 4; i++) {
            d.box(left + (i + 1) * 104, 164, 92, 38, JOINS, "patch " + (i + 1));
            d.text(left + (i + 1) * 104 + 46, 220, String.valueOf(8 + i), "small soft");
        }
        for (int i = 0; i < 8; i++) {
            boolean gap = words[i].equals("<image>");
            double x = left + i * 104 + 46;
            d.box(left + i * 104, 290, 92, 38, gap ? JOINS : SPEAKS, gap ? "patch " + i : words[i]);
            if (gap) {
                d.arrow(x, 226, x, 288);
            } else {
                d.arrow(x, 118, x, 288);
            }
            d.text(x, 348, String.valueOf(gap ? 7 + i : i), "small bold");
        }
        d.text(30, 150, "H_v image tokens, one for each patch: their rows lie below the words", "soft start halo");
        d.text(30, 266, "the sequence H that the decoder reads", "soft start halo");
        d.text(440, 378, "order: the row of [H_q; H_v] that stands at each place. One gather does it.", "soft");
        return d.svg();
    }

    private static String mask() {
        Drawing d = new Drawing(880, 440, "Who sees whom: the causal mask of a row, and of one with padding on the left");
        List<String> whole = List.of("user:", "patch 1", "patch 2", "patch 3", "what", "color", "?", "red");
        List<String> padded = List.of("(pad)", "(pad)", "(pad)", "user:", "patch 1", "what", "?", "car");
        boolean[][] attends = new boolean[2][8];
        for (int t = 0; t < 8; t++) {
            attends[0][t] = true;
            attends[1][t] = !padded.get(t).equals("(pad)");
        }
        INDArray mask = CausalMask.of(attends);
        for (int row = 0; row < 2; row++) {
            List<String> words = row == 0 ? whole : padded;
            double left = 104 + row * 430;
            d.text(left + 144, 34, row == 0 ? "a row of its full length" : "a shorter row, padded on the left", "bold");
            for (int t = 0; t < 8; t++) {
                d.text(left - 10, 86 + t * 36, words.get(t), "small end" + (words.get(t).equals("(pad)") ? " soft" : ""));
                for (int s = 0; s < 8; s++) {
                    boolean seen = mask.getFloat(row, 0, t, s) == 0;
                    d.box(left + s * 36, 64 + t * 36, 34, 34, !seen ? "off" : words.get(s).startsWith("patch") ? "onv" : "on");
                }
            }
            for (int s = 0; s < 8; s++) {
                d.text(left + s * 36 + 17, 54, words.get(s).equals("(pad)") ? "–" : words.get(s).startsWith("patch")
                        ? words.get(s).substring(6) : String.valueOf(words.get(s).charAt(0)), "small soft");
            }
        }
        d.text(440, 386, "Down: who looks. Across: at whom. A filled place adds 0 to the score, an empty one −1,000,000,000.", "soft");
        d.text(440, 412, "A word after the picture sees all its patches (orange). Nobody sees the future, or padding.", "soft");
        return d.svg();
    }

    private static String stages() {
        Drawing d = new Drawing(880, 372, "The two stages: the encoder is frozen in both, W learns in both, the decoder in the second alone");
        for (int stage = 0; stage < 2; stage++) {
            double left = 24 + stage * 428;
            boolean second = stage == 1;
            d.box(left, 20, 404, 332, "off");
            d.text(left + 202, 50, second ? "Stage 2: instruction tuning" : "Stage 1: feature alignment", "big");
            d.text(left + 202, 74, second ? "158,000 conversations about pictures" : "595,000 pictures with their captions", "soft");
            d.box(left + 26, 112, 96, 76, "sees ice").text(left + 74, 144, "encoder", "").symbol(left + 74, 168, "g");
            d.box(left + 150, 112, 104, 76, "joins thick").text(left + 202, 144, "projection", "bold").symbol(left + 202, 168, "W");
            d.box(left + 282, 112, 96, 76, second ? "speaks thick" : "speaks ice")
                    .text(left + 330, 144, "decoder", second ? "bold" : "").symbol(left + 330, 168, "f");
            d.arrow(left + 123, 150, left + 148, 150).arrow(left + 256, 150, left + 281, 150);
            d.text(left + 74, 210, "frozen", "soft").text(left + 202, 210, "learns", "bold")
                    .text(left + 330, 210, second ? "learns" : "frozen", second ? "bold" : "soft");
            d.picture(left + 42, 232, 64).arrow(left + 74, 230, left + 74, 216);
            d.text(left + 250, 256, second ? "“what color is the ball?”" : "no question", "soft");
            d.text(left + 250, 280, second ? "“the ball is red.”" : "“a red ball and a blue car”", "");
            d.text(left + 202, 334, second ? "says the answer: loss on the assistant's words" : "says the caption: loss on all its words", "soft");
        }
        return d.svg();
    }

    private static String data() {
        Drawing d = new Drawing(880, 380, "Instruction data without looking: captions and boxes go to a teacher that sees no picture");
        d.picture(30, 60, 120).text(90, 44, "the picture", "bold").text(90, 204, "the teacher", "soft").text(90, 222, "never sees it", "soft");
        d.box(200, 44, 216, 84, PLAIN).text(308, 68, "captions", "bold").text(308, 92, "a red ball and a blue car", "small")
                .text(308, 112, "a ball left of a car", "small");
        d.box(200, 148, 216, 84, PLAIN).text(308, 172, "boxes", "bold").text(308, 196, "ball: 0.06, 0.72, 0.28, 0.94", "small")
                .text(308, 216, "car: 0.71, 0.74, 0.95, 0.93", "small");
        d.arrow(152, 108, 196, 86).arrow(152, 132, 196, 184).text(308, 258, "written by people, for COCO", "small soft");
        d.box(470, 88, 130, 104, SPEAKS).text(535, 132, "teacher", "big").text(535, 156, "text alone: GPT-4", "small soft");
        d.arrow(418, 86, 466, 118).arrow(418, 190, 466, 162);
        String[][] kinds = {{"conversation", "58,000", "what color is the ball? …"}, {"detail", "23,000", "describe the picture …"},
            {"reasoning", "77,000", "what may happen next? …"}};
        for (int i = 0; i < 3; i++) {
            double y = 24 + i * 88;
            d.box(638, y, 220, 72, SPEAKS).text(652, y + 28, kinds[i][0], "bold start").text(846, y + 28, kinds[i][1], "end soft")
                    .text(652, y + 54, kinds[i][2], "small start");
            d.arrow(602, 140, 634, y + 36);
        }
        d.line(638, 288, 858, 288, "line").text(652, 312, "together", "soft start").text(846, 312, "158,000", "bold end");
        d.text(440, 350, "The picture itself comes back only in stage 2, beside the answers that were written without it.", "soft");
        return d.svg();
    }

    private static String connectors() {
        Drawing d = new Drawing(880, 430, "Three ways to show a decoder a picture: W, the Q-Former, the resampler with gated layers");
        String[] names = {"W", "Q-Former", "gated layers"};
        String[] whose = {"LLaVA", "BLIP-2", "Flamingo"};
        for (int i = 0; i < 3; i++) {
            double x = 22 + i * 284;
            d.box(x, 18, 268, 394, "off");
            d.text(x + 134, 46, names[i], "big").text(x + 134, 68, whose[i], "soft");
            d.row(x + 28, 358, 9, 20, 20, 24, SEES).text(x + 134, 400, "Z_v, all patches", "small soft");
        }
        double x = 22;
        d.box(x + 40, 282, 112, 44, JOINS, "one matrix").arrow(x + 96, 355, x + 96, 328);
        d.row(x + 20, 212, 9, 16, 20, 19, JOINS).row(x + 195, 212, 3, 16, 20, 19, SPEAKS).arrow(x + 96, 280, x + 96, 236);
        decoderReads(d, x, "a token for each patch");
        x = 306;
        d.box(x + 30, 276, 132, 56, JOINS).text(x + 96, 300, "12 layers", "").text(x + 96, 320, "32 queries ask", "small soft")
                .arrow(x + 96, 355, x + 96, 334);
        d.row(x + 69, 212, 3, 16, 20, 19, JOINS).row(x + 134, 212, 3, 16, 20, 19, SPEAKS).arrow(x + 96, 274, x + 96, 236);
        decoderReads(d, x, "32 tokens");
        x = 590;
        d.box(x + 20, 276, 112, 56, JOINS).text(x + 76, 300, "6 blocks", "").text(x + 76, 320, "64 latents", "small soft")
                .arrow(x + 76, 355, x + 76, 334);
        d.row(x + 170, 246, 3, 16, 20, 19, SPEAKS).text(x + 198, 290, "words and", "small soft").text(x + 198, 308, "one mark", "small soft");
        d.arrow(x + 198, 242, x + 198, 226);
        d.line(x + 76, 274, x + 76, 120, "line");
        for (int pair = 0; pair < 3; pair++) {
            double bottom = 222 - pair * 46;
            d.box(x + 148, bottom - 20, 100, 20, JOINS).text(x + 198, bottom - 5, "gated look", "small");
            d.box(x + 148, bottom - 44, 100, 21, SPEAKS).text(x + 198, bottom - 28.5, "layers", "small");
            d.arrow(x + 76, bottom - 10, x + 146, bottom - 10);
        }
        return d.svg();
    }

    /** Above the image tokens and words of a column the decoder that reads both. */
    private static void decoderReads(Drawing d, double x, String tokens) {
        d.text(x + 110, 262, tokens, "small soft start");
        d.box(x + 20, 110, 228, 62, SPEAKS, "decoder").arrow(x + 134, 206, x + 134, 174);
    }
}
