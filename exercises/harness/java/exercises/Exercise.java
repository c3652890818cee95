package exercises;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One exercise: the folder {@code e05_rms_norm} under {@code starters}, {@code solutions} and {@code tests}, and the one
 * class in it that a student writes.
 *
 * @param home   the folder {@code exercises}
 * @param folder name of the folder, and of the package
 * @param type   name of the class
 */
public record Exercise(Path home, String folder, String type) {

    private static final Pattern HINT = Pattern.compile("<details>\\s*<summary>.*?</summary>(.*?)</details>",
            Pattern.DOTALL);

    /** All exercises, in order. */
    public static List<Exercise> all(Path home) {
        try (Stream<Path> tests = Files.walk(home.resolve("tests"))) {
            return tests.filter(p -> p.toString().endsWith("Test.java")).sorted()
                    .map(p -> new Exercise(home, p.getParent().getFileName().toString(),
                            p.getFileName().toString().replace("Test.java", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exercises that {@code -Dexercise} chooses: all, or those with these numbers, such as "05" or "3,4,14". */
    public static List<Exercise> chosen(Path home, String numbers) {
        List<Exercise> all = all(home);
        if (numbers == null || numbers.isBlank()) {
            return all;
        }
        Set<String> wanted = new LinkedHashSet<>();
        for (String number : numbers.split(",")) {
            String two = number.strip().length() == 1 ? "0" + number.strip() : number.strip();
            if (all.stream().noneMatch(e -> e.number().equals(two))) {
                throw new IllegalArgumentException("there is no exercise " + number.strip() + ": choose 01 to "
                        + all.get(all.size() - 1).number());
            }
            wanted.add(two);
        }
        return all.stream().filter(e -> wanted.contains(e.number())).toList();
    }

    /** The earlier exercises that an answer uses, by the packages it names: {@code e03_attention.Attention}. */
    public List<Exercise> usedBy(String answer) {
        return all(home).stream().filter(e -> !e.folder.equals(folder) && answer.contains(e.folder + ".")).toList();
    }

    /** Two digits. */
    public String number() {
        return folder.substring(1, 3);
    }

    /** The name in words. */
    public String title() {
        return folder.substring(4).replace('_', ' ');
    }

    /** The page that sets the task. */
    public Path page() {
        return home.resolve("starters").resolve(folder).resolve("README.md");
    }

    /** The class file's source in one of the folders {@code starters} and {@code solutions}. */
    public Path source(String from) {
        return home.resolve(from).resolve(folder).resolve(type + ".java");
    }

    /** The tests. */
    public Path test() {
        return home.resolve("tests").resolve(folder).resolve(type + "Test.java");
    }

    /** The typical wrong answers. */
    public Path wrong() {
        return home.resolve("solutions").resolve(folder).resolve("wrong.md");
    }

    /** The text of the page's folded hint {@code n} (1 or 2), in one line. */
    public String hint(int n) {
        Matcher hints = HINT.matcher(read(page()));
        for (int i = 0; i < n; i++) {
            if (!hints.find()) {
                throw new IllegalStateException(page() + " has no hint " + n);
            }
        }
        return hints.group(1).strip().replaceAll("\\s+", " ");
    }

    /**
     * A text file. Bytes that are no UTF-8, as some editors write in comments, are no reason to stop; nor are the mark with
     * which others begin a file, which javac does not know, and the ends of lines that Windows has.
     */
    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "")
                    .replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
