package llava4j.evaluate.picturebook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import llava4j.picturebook.Concepts;
import llava4j.picturebook.Contents;
import llava4j.picturebook.Placed;

/** A line of {@code answers.txt} or {@code model-answers.txt}: an answer and what a person says of it. */
record LabelledAnswer(String type, Contents scene, String question, String answer, double label) {

    private static final List<String> PLACES = List.of("top left", "top", "top right", "left", "middle", "right", "bottom left",
            "bottom", "bottom right");

    static List<LabelledAnswer> of(String file) throws IOException {
        try (InputStream in = LabelledAnswer.class.getResourceAsStream("/picturebook/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(LabelledAnswer::line).toList();
        }
    }

    private static LabelledAnswer line(String line) {
        String[] cells = line.split(" \\| ");
        double label = switch (cells[4]) {
            case "right" -> 1;
            case "wrong" -> 0;
            default -> share(cells[4]);
        };
        return new LabelledAnswer(cells[0], scene(cells[1]), cells[2], cells[3].replace("\\n", "\n"), label);
    }

    private static double share(String text) {
        String[] parts = text.split("/");
        return parts.length == 1 ? Double.parseDouble(text) : Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
    }

    /** "dog@top left, cat@bottom", each in the middle of its place. */
    static Contents scene(String text) {
        List<Placed> things = new ArrayList<>();
        for (String thing : text.split(", ")) {
            int cell = PLACES.indexOf(thing.split("@")[1]);
            things.add(new Placed(Concepts.named(thing.split("@")[0]), (cell % 3 + 0.5) / 3, (cell / 3 + 0.5) / 3));
        }
        return Contents.of(things);
    }
}
