package llava4j.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How much of the model a reader of the notebooks sees as code: a line counts as arithmetic where it works on arrays or on their
 * numbers, and as shown where it is a numbered line of the project's own method, printed beside its equation.
 *
 * <p>{@code java -cp target/test-classes:target/classes:target/lib/* llava4j.docs.ReadingPath [FOLDER]} counts a folder of
 * notebooks, this checkout's or an older one's.
 *
 * @param notebooks  how many
 * @param java       lines of Java in cells, blank ones and comments aside
 * @param arithmetic of these, lines that compute a part of the model
 * @param shown      lines of the project's methods in the outputs
 */
record ReadingPath(int notebooks, int java, int arithmetic, int shown) {

    private static final Pattern ARITHMETIC = Pattern.compile("\\.(mmul|muli?|divi?|addi?|subi?|(add|mul|div|sub)(Row|Column)Vector"
            + "|getRows?|getColumns|putRow|putScalar|getDouble)\\(|Math\\.(exp|log|sqrt|tanh|cos|sin|pow)\\(|softmax\\(|Transforms\\."
            + "|Attention\\.(attend|weights)\\(");
    private static final Pattern NUMBERED = Pattern.compile("^ *\\d+(  .*)?$");

    public static void main(String[] folder) throws IOException {
        System.out.println(folder.length == 0 ? of(english()) : of(in(Path.of(folder[0]))));
    }

    /** The English notebooks of this checkout. */
    static List<Path> english() throws IOException {
        return in(Path.of("notebooks"));
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d\\d-[\\w-]+\\.ipynb")).sorted().toList();
        }
    }

    /** The count of these notebooks together. */
    static ReadingPath of(List<Path> notebooks) {
        int java = 0;
        int arithmetic = 0;
        int shown = 0;
        for (Path notebook : notebooks) {
            for (Notebook.Code cell : Notebook.codeOf(notebook)) {
                List<String> lines = cell.source().lines().map(String::strip).filter(line -> !line.isEmpty()
                        && !line.startsWith("//") && !line.startsWith("/*") && !line.startsWith("*") && !line.startsWith("%")).toList();
                java += lines.size();
                arithmetic += (int) lines.stream().filter(line -> !line.startsWith("import ") && ARITHMETIC.matcher(line).find()).count();
                shown += !cell.output().contains("```java") ? 0
                        : (int) cell.output().lines().filter(line -> NUMBERED.matcher(line).matches()).count();
            }
        }
        return new ReadingPath(notebooks.size(), java, arithmetic, shown);
    }
}
