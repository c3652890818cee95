package e15_box_to_text;

import java.util.List;
import java.util.Locale;

/** Solution of exercise 15. */
public final class BoxText {

    private BoxText() {
    }

    /** {@code category: [left, top, right, bottom]}. */
    public static String line(String category, double[] box, int width, int height) {
        return String.format(Locale.ROOT, "%s: [%.3f, %.3f, %.3f, %.3f]", category,
                box[0] / width, box[1] / height,
                (box[0] + box[2]) / width, (box[1] + box[3]) / height);
    }

    /** Captions, an empty line, boxes. */
    public static String context(List<String> captions, List<String> boxes) {
        return String.join("\n", captions) + "\n\n" + String.join("\n", boxes);
    }
}
