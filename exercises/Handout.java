import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies what students get into {@code DIR/exercises} and {@code DIR/tiny-data}:
 * {@code java exercises/Handout.java --out DIR [--class NAME] [--for gradescope|classroom]}.
 *
 * <p>Only what is named here is copied, so that a solution can't slip in: pages and starters, the tests, the reference
 * numbers, the harness, and beside them the tiny model and three pictures, which the capstone needs. Left out are the
 * solutions with their wrong answers, the invented submissions (some are right), the script that makes the reference
 * numbers (it shows the answers in torch), and the teacher's page. The name of the class becomes the default of
 * {@code -Dstudent}, which seeds the numbers that the tests draw. A link that would lead out of the handout becomes plain
 * text.
 *
 * <p>With {@code --for gradescope} it is the autograder that a teacher uploads there, two scripts added: students' code runs beside
 * it, so that it holds no solutions either. With {@code --for classroom} it is the template repository of GitHub Classroom, with the
 * workflow that grades each push.
 *
 * <p>It runs from its source, as one file, so that it needs neither a shell nor a build.
 */
public class Handout {

    private static final List<String> TOLD = List.of("pom.xml", "README.md", "starters", "tests", "reference",
            "harness/java", "harness/resources");
    private static final List<String> MODEL = List.of("pretrained/clip/model.safetensors", "pretrained/llava/model.safetensors",
            "pretrained/llava/tokenizer.json", "held-out/images/000001.png", "held-out/images/000002.png",
            "held-out/images/000003.png");
    /** Files that a service looks for at a place of its own. */
    private static final Map<String, Map<String, String>> SERVICES = Map.of(
            "gradescope", Map.of("harness/gradescope/setup.sh", "setup.sh",
                    "harness/gradescope/run_autograder", "run_autograder"),
            "classroom", Map.of("harness/classroom/classroom.yml", ".github/workflows/classroom.yml"));
    private static final Set<String> KINDS = Set.of("java", "md", "json", "xml", "Extension");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[([^\\]]*)\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern CLASS_NAME = Pattern.compile("[\\p{L}\\p{N} ._-]+");

    /**
     * Writes the handout.
     *
     * @param args {@code --out DIR} and, if wanted, {@code --class NAME} and {@code --for SERVICE}
     * @throws IOException if a file can't be read or written
     */
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (args.length % 2 != 0 || !options.containsKey("--out")
                || !Set.of("--out", "--class", "--for").containsAll(options.keySet())) {
            stop("usage: java exercises/Handout.java --out DIR [--class NAME] [--for gradescope|classroom]");
        }
        String service = options.getOrDefault("--for", "");
        if (!service.isEmpty() && !SERVICES.containsKey(service)) {
            stop("--for " + service + ": choose gradescope or classroom");
        }
        String className = options.getOrDefault("--class", "");
        if (!className.isEmpty() && !CLASS_NAME.matcher(className).matches()) {
            stop("--class " + className + ": use letters, digits, spaces, dots, dashes and underscores only");
        }
        Path home = Stream.of(Path.of("exercises"), Path.of("")).filter(p -> Files.isDirectory(p.resolve("starters")))
                .findFirst().orElse(null);
        if (home == null) {
            stop("there is no folder starters here: start it in the project's folder or in exercises");
        }
        Path out = Path.of(options.get("--out"));
        if (Files.exists(out)) {
            stop("--out " + out + " exists already: choose a new folder");
        }
        Map<String, String> files = told(home);
        files.computeIfPresent("pom.xml", (name, text) -> className.isEmpty() ? text
                : text.replace("<student/>", "<student>" + className + "</student>"));
        files.replaceAll((name, text) -> name.endsWith(".md") ? withoutTeachersLines(inside(name, text, files)) : text);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path to = out.resolve("exercises").resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.writeString(to, file.getValue());
        }
        for (String name : MODEL) {
            Path to = out.resolve("tiny-data").resolve(name);
            Files.createDirectories(to.getParent());
            Files.copy(home.toAbsolutePath().resolveSibling("tiny-data").resolve(name), to);
        }
        Map<String, String> scripts = SERVICES.getOrDefault(service, Map.of());
        for (Map.Entry<String, String> file : scripts.entrySet()) {
            Path to = out.resolve(file.getValue());
            Files.createDirectories(to.getParent());
            Files.copy(home.resolve(file.getKey()), to);
            to.toFile().setExecutable(true, false);
        }
        System.out.println(files.size() + MODEL.size() + scripts.size() + " files in " + out + (className.isEmpty() ? ""
                : ", with the numbers of the class " + className));
    }

    /** The files of the handout by their names, with / on every system. */
    private static Map<String, String> told(Path home) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (String part : TOLD) {
            try (Stream<Path> all = Files.walk(home.resolve(part))) {
                for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                    String name = home.relativize(file).toString().replace('\\', '/');
                    if (KINDS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                        files.put(name, Files.readString(file));
                    }
                }
            }
        }
        return files;
    }

    /** The page, with the text alone of each link whose target is not in the handout. */
    private static String inside(String page, String text, Map<String, String> files) {
        Path folder = Path.of("/", page).getParent();
        return LINK.matcher(text).replaceAll(link -> {
            String target = folder.resolve(link.group(2)).normalize().toString().replace('\\', '/').substring(1);
            boolean there = files.keySet().stream().anyMatch(f -> f.equals(target) || f.startsWith(target + "/"))
                    && !link.group(2).startsWith("../../../");
            return Matcher.quoteReplacement(there ? link.group() : link.group(1));
        });
    }

    private static String withoutTeachersLines(String text) {
        return text.replaceAll("(?m)^Solutions are in .*\\R?", "");
    }

    private static void stop(String mistake) {
        System.err.println("handout: " + mistake);
        System.exit(2);
    }
}
