package llava4j.evaluate.scienceqa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.data.PictureFolder;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * Reads ScienceQA as it is published: {@code problems.json}, an object of problems by id, and {@code pid_splits.json},
 * lists of ids by split.
 *
 * <p>What one would get wrong: a picture is named {@code image.png} in every problem. It lies in a folder of the split and
 * the id, {@code train/12/image.png}, and the split is the one that the problem itself names: {@code minitest} and
 * {@code trainval} are lists of ids and have no folder. Where there is no such file, the name is taken as it stands.
 */
public final class ProblemFiles {

    private static final int HIGHEST_GRADE = 12;
    private static final String[] GRADES = IntStream.rangeClosed(1, HIGHEST_GRADE).mapToObj(n -> "grade" + n)
            .toArray(String[]::new);
    private static final String[] SUBJECTS = {"natural science", "social science", "language science"};

    private final Path file;
    private final Map<String, Fields> problems;
    private final Fields splits;
    private final Path images;

    private ProblemFiles(Path file, Map<String, Fields> problems, Fields splits, Path images) {
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
        Path file = folder.resolve("problems.json");
        Path lists = folder.resolve("pid_splits.json");
        for (Path needed : List.of(file, lists)) {
            if (!Files.isRegularFile(needed)) {
                throw UserError.of("%s: no such file: ScienceQA has problems.json and pid_splits.json in one folder", needed);
            }
        }
        Map<String, Fields> problems = new LinkedHashMap<>();
        JsonFile.members(file, "problem", problems::put);
        return new ProblemFiles(file, problems, JsonFile.object(lists), images);
    }

    /**
     * {@return the problems of a split, in its order}
     *
     * @param split {@code train}, {@code val}, {@code test} or any other name in {@code pid_splits.json}
     * @throws UserError naming the split that is not there or is empty, or the problems that cannot be used
     */
    public List<Problem> split(String split) {
        Path lists = file.resolveSibling("pid_splits.json");
        if (!splits.has(split)) {
            List<String> names = new ArrayList<>();
            splits.json().fieldNames().forEachRemaining(names::add);
            throw UserError.of("%s: no split \"%s\": there are %s", lists, split, new TreeSet<>(names));
        }
        List<Problem> found = new ArrayList<>();
        Faults faults = new Faults(file.toString());
        for (String id : splits.ids(split)) {
            faults.gather(() -> {
                if (!problems.containsKey(id)) {
                    throw UserError.of("%s: no problem \"%s\", which pid_splits.json lists under %s", file,
                            Fields.shortened(id), split);
                }
                found.add(problem(id, problems.get(id), split));
            });
        }
        faults.throwIfAny();
        if (found.isEmpty()) {
            throw UserError.of("%s: the split \"%s\" lists no problem", lists, split);
        }
        return found;
    }

    private Problem problem(String id, Fields fields, String split) {
        List<String> choices = fields.texts("choices");
        if (choices.size() < 2 || choices.size() > Problem.MOST_CHOICES) {
            throw fields.error("choices", "need 2 to " + Problem.MOST_CHOICES);
        }
        int answer = fields.integer("answer", null, 0, choices.size() - 1);
        String grade = fields.word("grade", null, GRADES);
        return new Problem(id, fields.words("question"), List.copyOf(choices), answer,
                fields.optionalText("hint").orElse("").strip(), image(id, fields, split),
                fields.word("subject", null, SUBJECTS), Integer.parseInt(grade.substring("grade".length())),
                fields.optionalText("lecture").orElse("").strip(), fields.optionalText("solution").orElse("").strip());
    }

    /** The name of the picture below the folder of pictures, {@code null} for none; an empty name is none, too. */
    private String image(String id, Fields fields, String asked) {
        if (fields.optionalText("image").orElse("").isEmpty()) {
            return null;
        }
        String image = fields.fileName("image");
        if (!id.matches("[\\w.-]+")) {
            throw fields.error("image", "an id with other signs than letters, digits, _, . and - cannot name its folder");
        }
        String own = fields.optionalFileName("split").orElse(asked);
        String inSplit = own + "/" + id + "/" + image;
        String inFolder = id + "/" + image;
        PictureFolder folder = new PictureFolder(images);
        return folder.holds(inSplit) ? inSplit : folder.holds(inFolder) ? inFolder : image;
    }
}
