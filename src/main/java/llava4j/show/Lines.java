package llava4j.show;

import java.util.ArrayList;
import java.util.List;

/** Breaks a text into lines that fit a width. */
final class Lines {

    private Lines() {
    }

    static List<String> of(Canvas canvas, String text, int room) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && canvas.width(line + " " + word) > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }
}
