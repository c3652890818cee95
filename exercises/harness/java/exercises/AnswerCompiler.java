package exercises;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles one answer together with the tests of its exercise, in memory and apart from all others, so that a missing
 * semicolon in exercise 05 leaves the other exercises alone. Only an answer that names an earlier exercise, as the capstone
 * does, is compiled together with the student's answer to that one.
 */
final class AnswerCompiler {

    private static final Pattern UNKNOWN_CLASS = Pattern.compile("cannot find symbol symbol: (?:class|variable) ([A-Z]\\w*)");

    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files;

    AnswerCompiler() {
        if (javac == null) {
            throw new IllegalStateException("this Java has no compiler: install a JDK 17, not a JRE");
        }
        files = javac.getStandardFileManager(null, Locale.ENGLISH, null);
    }

    /** Classes by name, or the compiler's first complaint: in one line, and below it the source line with a caret. */
    record Compiled(Map<String, byte[]> classes, List<String> complaint) {

        /** A loader that knows these classes first: an editor may have compiled older ones into the class path. */
        ClassLoader loader() {
            return new ClassLoader(AnswerCompiler.class.getClassLoader()) {
                @Override
                protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                    synchronized (getClassLoadingLock(name)) {
                        byte[] code = classes.get(name);
                        if (code == null) {
                            return super.loadClass(name, resolve);
                        }
                        Class<?> loaded = findLoadedClass(name);
                        return loaded != null ? loaded : defineClass(name, code, 0, code.length);
                    }
                }
            };
        }
    }

    /**
     * Compiles the answer's text, the exercise's tests, and what the answer uses of earlier exercises.
     *
     * @param earlier the texts of those answers
     */
    Compiled compile(Exercise exercise, String answer, Map<Exercise, String> earlier) {
        Map<String, ByteArrayOutputStream> written = new HashMap<>();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavaFileManager memory = new ForwardingJavaFileManager<>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind,
                    FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        written.put(name, bytes);
                        return bytes;
                    }
                };
            }
        };
        Map<Exercise, String> texts = new LinkedHashMap<>(earlier);
        texts.put(exercise, answer);
        List<JavaFileObject> sources = new ArrayList<>();
        sources.add(source(path(exercise) + "Test.java", Exercise.read(exercise.test())));
        texts.forEach((one, text) -> sources.add(source(path(one) + ".java", text)));
        List<String> options = new ArrayList<>(List.of("--release", "17", "-proc:none", "-Xlint:none"));
        options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        boolean ok = javac.getTask(null, memory, problems, options, null, sources).call();
        Map<String, byte[]> classes = new HashMap<>();
        written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return new Compiled(classes, ok ? List.of() : complaint(exercise, texts, problems));
    }

    private static List<String> complaint(Exercise exercise, Map<Exercise, String> texts,
            DiagnosticCollector<JavaFileObject> problems) {
        Diagnostic<? extends JavaFileObject> first = null;
        for (Diagnostic<? extends JavaFileObject> d : problems.getDiagnostics()) {
            if (d.getKind() == Diagnostic.Kind.ERROR && (first == null || inTest(first) && !inTest(d))) {
                first = d;
            }
        }
        if (first == null) {
            return List.of("does not compile");
        }
        String said = first.getMessage(Locale.ENGLISH).replaceAll("\\s+", " ");
        if (inTest(first)) {
            return List.of("does not fit its tests: keep class, package and methods as the starter has them (" + said + ")");
        }
        String name = first.getSource() == null ? "" : first.getSource().getName();
        Exercise where = texts.keySet().stream().filter(one -> name.endsWith(path(one) + ".java")).findFirst().orElse(exercise);
        List<String> lines = new ArrayList<>(List.of((where == exercise ? "" : "it uses exercise " + where.number() + ", which ")
                + "does not compile: " + where.type() + ".java line " + first.getLineNumber() + ": " + said));
        if (first.getPosition() != Diagnostic.NOPOS) {
            lines.addAll(underlined(texts.get(where), (int) first.getPosition()));
        }
        Matcher unknown = UNKNOWN_CLASS.matcher(said);
        if (unknown.find() && inJavaUtil(unknown.group(1))) {
            lines.add("Is \"import java.util." + unknown.group(1) + ";\" missing at the top?");
        }
        return lines;
    }

    private static String path(Exercise exercise) {
        return "/" + exercise.folder() + "/" + exercise.type();
    }

    /** The line that a position is in, and a caret below the position; a tab takes one place in both. */
    private static List<String> underlined(String text, int position) {
        int begin = text.lastIndexOf('\n', position - 1) + 1;
        int end = text.indexOf('\n', position);
        String line = text.substring(begin, end < 0 ? text.length() : end).replace('\t', ' ').stripTrailing();
        return List.of(line, " ".repeat(position - begin) + "^");
    }

    private static boolean inJavaUtil(String name) {
        try {
            Class.forName("java.util." + name);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static boolean inTest(Diagnostic<? extends JavaFileObject> problem) {
        return problem.getSource() != null && problem.getSource().getName().endsWith("Test.java");
    }

    private static JavaFileObject source(String path, String text) {
        return new SimpleJavaFileObject(URI.create("string://" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
                return text;
            }
        };
    }
}
