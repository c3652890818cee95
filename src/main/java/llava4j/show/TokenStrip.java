package llava4j.show;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import llava4j.Llava;
import llava4j.conversation.SupervisedTokens;
import llava4j.model.LossGraph;

/** Tokens one after another in boxes: green where the token is scored, grey where it is given, yellow for the picture. */
public final class TokenStrip {

    private static final int WIDTH = 640;
    private static final int BOX = 22;
    private static final int GAP = 4;
    private static final Color SCORED = new Color(190, 230, 190);
    private static final Color GIVEN = new Color(230, 230, 230);
    private static final Color IMAGE = new Color(250, 225, 140);

    private TokenStrip() {
    }

    /**
     * {@return a conversation with its loss mask}
     *
     * @param model  gives the tokenizer and the id of {@code <image>}
     * @param tokens ids and labels
     */
    public static BufferedImage of(Llava model, SupervisedTokens tokens) {
        List<String> texts = texts(model, tokens.ids());
        List<Color> colors = new ArrayList<>();
        for (int i = 0; i < tokens.ids().length; i++) {
            colors.add(tokens.ids()[i] == model.config().imageTokenId() ? IMAGE
                    : tokens.labels()[i] == LossGraph.IGNORED ? GIVEN : SCORED);
        }
        return draw(texts, colors);
    }

    /**
     * {@return each id as it is written; a line break as "\n"}
     *
     * @param model gives the tokenizer
     * @param ids   token ids
     */
    public static List<String> texts(Llava model, int[] ids) {
        List<String> texts = new ArrayList<>();
        for (int id : ids) {
            texts.add(model.tokenizer().decode(new int[] {id}, false).replace("\n", "\\n"));
        }
        return texts;
    }

    private static BufferedImage draw(List<String> texts, List<Color> colors) {
        Canvas measure = new Canvas(1, 1);
        int[] x = new int[texts.size()];
        int[] row = new int[texts.size()];
        int next = GAP;
        int line = 0;
        for (int i = 0; i < texts.size(); i++) {
            int width = measure.width(texts.get(i)) + 2 * GAP;
            if (next + width > WIDTH) {
                next = GAP;
                line++;
            }
            x[i] = next;
            row[i] = line;
            next += width + GAP;
        }
        Canvas canvas = new Canvas(WIDTH, (line + 1) * (BOX + GAP) + GAP);
        for (int i = 0; i < texts.size(); i++) {
            int y = GAP + row[i] * (BOX + GAP);
            canvas.graphics.setColor(colors.get(i));
            canvas.graphics.fillRoundRect(x[i], y, canvas.width(texts.get(i)) + 2 * GAP, BOX, 6, 6);
            canvas.graphics.setColor(Color.BLACK);
            canvas.graphics.drawString(texts.get(i), x[i] + GAP, y + 15);
        }
        return canvas.done();
    }
}
