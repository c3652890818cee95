package llava4j.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A class, or one of its members, as the pages write it: {@code LossGraph}, {@code LossGraph.gradients},
 * {@code Llava.weights()}.
 *
 * @param type   simple name of the class
 * @param member method, field, constant or nested class; empty for the class itself
 */
record JavaName(String type, String member) {

    private static final Pattern FORM = Pattern.compile("(?:\\w+/)*([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+)(?:\\([^)]*\\))?)?");

    /** The name in {@code code}, if it has the form of one. */
    static Optional<JavaName> in(String code) {
        Matcher name = FORM.matcher(code);
        return name.matches() ? Optional.of(new JavaName(name.group(1), name.group(2) == null ? "" : name.group(2)))
                : Optional.empty();
    }

    /** What is wrong with this as a name of something in {@code file}; empty if nothing is. */
    Optional<String> missingIn(Path file) {
        String path = file.normalize().toString().replace('\\', '/');
        if (!path.endsWith("/" + type + ".java")) {
            return Optional.of("is called " + type + ", but the link leads to " + path);
        }
        if (!path.matches("src/(main|test)/java/.*")) {
            return isInText(file) ? Optional.empty() : Optional.of("the word \"" + member + "\" is not in " + path);
        }
        String name = path.replaceFirst("^src/(main|test)/java/", "").replaceFirst("\\.java$", "").replace('/', '.');
        try {
            Class<?> found = Class.forName(name, false, JavaName.class.getClassLoader());
            return member.isEmpty() || has(found) ? Optional.empty()
                    : Optional.of(type + " has no member \"" + member + "\"");
        } catch (ClassNotFoundException e) {
            return Optional.of("there is no class " + name);
        }
    }

    /** For a project of its own, such as {@code src/spark}, whose classes cannot be loaded here. */
    private boolean isInText(Path file) {
        try {
            return Pattern.compile("\\b" + (member.isEmpty() ? type : member) + "\\b").matcher(Files.readString(file)).find();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean has(Class<?> owner) {
        return Stream.of(Arrays.stream(owner.getDeclaredMethods()).map(m -> m.getName()),
                        Arrays.stream(owner.getDeclaredFields()).map(f -> f.getName()),
                        Arrays.stream(owner.getDeclaredClasses()).map(Class::getSimpleName))
                .flatMap(names -> names).anyMatch(member::equals);
    }
}
