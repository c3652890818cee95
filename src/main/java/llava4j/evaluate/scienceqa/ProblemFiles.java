package llava4j.evaluate.scienceqa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * Reads ScienceQA as it is published: {@code problems.json}, an object of problems by id, and {@code pid_splits.json},
 * lists of ids by split.
 *
 * <p>What one would get wrong: a picture is named {@code image.png} in every problem; it lies in a folder of the split
 * and the id, {@code train/12/image.png}. Where there is no such file, the name is taken as it stands.
 */
public final class ProblemFiles {

    private static final Pattern GRADE = Pattern.compile("grade(\\d+)");
    private static final Set<String> SUBJECTS = Set.of("natural science", "social science", "language science");

    private final Path file;
    private final JsonNode problems;
    private final JsonNode splits;
    private final Path images;

    private ProblemFiles(Path file, JsonNode problems, JsonNode splits, Path images) {
        this.file = file;
        this.problems = problems;
        this.splits = splits;
        this.images = images;
    }

    /**
     * Opens the two files.
     *
     * @param folder holds {@code problems.json} and {@code pid_splits.json}
     * @param images folder of the pictures
     * @return the files, their problems not yet checked
     * @throws UserError if a file is missing or not JSON
     */
    public static ProblemFiles open(Path folder, Path images) {
        Path problems = folder.resolve("problems.json");
        return new ProblemFiles(problems, read(problems), read(folder.resolve("pid_splits.json")), images);
    }

    private static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw UserError.of("%s: no such file: ScienceQA has problems.json and pid_splits.json in one folder", file);
        }
        try {
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            if (!root.isObject()) {
                throw UserError.of("%s: not a JSON object by id", file);
            }
            return root;
        } catch (JsonProcessingException e) {
            throw UserError.of("%s, line %d: not valid JSON: %s", file, e.getLocation().getLineNr(),
                    e.getOriginalMessage());
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * {@return the problems of a split, in its order}
     *
     * @param split {@code train}, {@code val}, {@code test} or any other name in {@code pid_splits.json}
     * @throws UserError naming the split that is not there or the problem that cannot be used
     */
    public List<Problem> split(String split) {
        if (!splits.path(split).isArray()) {
            throw UserError.of("%s: no split \"%s\": there are %s", file.resolveSibling("pid_splits.json"), split,
                    new TreeSet<>(names()));
        }
        List<Problem> found = new ArrayList<>();
        for (JsonNode id : splits.get(split)) {
            JsonNode node = problems.path(id.asText());
            if (!node.isObject()) {
                throw UserError.of("%s: no problem \"%s\", which pid_splits.json lists under %s", file, id.asText(), split);
            }
            found.add(problem(id.asText(), node, split));
        }
        return found;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        splits.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Problem problem(String id, JsonNode node, String split) {
        List<String> choices = new ArrayList<>();
        node.path("choices").forEach(choice -> choices.add(choice.asText()));
        int answer = node.path("answer").asInt(-1);
        Matcher grade = GRADE.matcher(node.path("grade").asText());
        String subject = node.path("subject").asText();
        if (choices.size() < 2 || choices.size() > Problem.MOST_CHOICES || answer < 0 || answer >= choices.size()) {
            throw UserError.of("%s: problem %s needs two choices or more and an \"answer\" among them", file, id);
        }
        if (!node.path("question").isTextual() || !grade.matches() || !SUBJECTS.contains(subject)) {
            throw UserError.of("%s: problem %s needs \"question\", \"grade\" (grade1 … grade12) and \"subject\" (%s)", file,
                    id, new TreeSet<>(SUBJECTS));
        }
        String image = node.path("image").asText("");
        return new Problem(id, node.get("question").asText(), List.copyOf(choices), answer,
                node.path("hint").asText("").strip(), node.path("image").isNull() || image.isEmpty() ? null
                : place(image, split, id), subject, Integer.parseInt(grade.group(1)),
                node.path("lecture").asText("").strip(), node.path("solution").asText("").strip());
    }

    private String place(String image, String split, String id) {
        String inSplit = split + "/" + id + "/" + image;
        String inFolder = id + "/" + image;
        return isThere(inSplit) ? inSplit : isThere(inFolder) ? inFolder : image;
    }

    private boolean isThere(String name) {
        try {
            return Files.isRegularFile(images.resolve(name));
        } catch (InvalidPathException e) {
            return false;       // refused by name where the pictures are read
        }
    }
}
