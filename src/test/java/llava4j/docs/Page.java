package llava4j.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, as the forge shows it.
 *
 * @param file relative to the root of the repository
 * @param text Markdown
 */
record Page(Path file, String text) {

    private static final Path ROOT = Path.of("");
    private static final Pattern LINK = Pattern.compile(
            "\\[((?:[^\\[\\]`]|`[^`]*`)*)]\\(<?([^)\\s>]+)>?(?: \"[^\"]*\")?\\)");
    private static final Pattern CODE_SPAN = Pattern.compile("(`+)(.+?)\\1");
    private static final Pattern FENCE = Pattern.compile("( *)```(.*?) *");
    private static final Pattern COMMENT = Pattern.compile(" *<!-- *(.+?) *--> *");
    private static final Pattern HEADING = Pattern.compile("^ {0,3}#{1,6} +(.*?)(?: +#+)?$");

    /** A link; {@code label} is what the reader sees of it, in Markdown. */
    record Link(String label, String target) {
    }

    /**
     * A fenced block.
     *
     * @param line     of the page, from 1, on which its fence opens
     * @param language what stands behind the fence; a block of {@code sh} is run unless its mark says otherwise
     * @param mark     the comment on the line above, without its brackets; empty if there is none
     * @param lines    without the fence's indentation
     */
    record Block(int line, String language, String mark, List<String> lines) {
    }

    /** All pages whose links and commands are checked. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        for (String name : List.of("README.md", "README.zh-CN.md", "tiny-data/README.md")) {
            pages.add(of(ROOT.resolve(name)));
        }
        for (String folder : List.of("docs", "exercises", "notebooks")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
                    pages.add(of(file));
                }
            }
        }
        return pages;
    }

    static Page of(Path file) throws IOException {
        return new Page(file, Files.readString(file));
    }

    /** The lines outside of fenced blocks. */
    List<String> prose() {
        List<String> lines = new ArrayList<>();
        String fence = null;
        for (String line : text.split("\\R")) {
            String start = line.strip();
            if (fence == null && (start.startsWith("```") || start.startsWith("~~~"))) {
                fence = start.substring(0, 3);
            } else if (fence != null) {
                fence = start.startsWith(fence) ? null : fence;
            } else {
                lines.add(line);
            }
        }
        return lines;
    }

    /** The fenced blocks, in order. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        List<String> all = text.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            Matcher open = FENCE.matcher(all.get(i));
            if (open.matches()) {
                int indent = open.group(1).length();
                Matcher mark = COMMENT.matcher(i == 0 ? "" : all.get(i - 1));
                List<String> lines = new ArrayList<>();
                int start = i;
                while (++i < all.size() && !all.get(i).strip().equals("```")) {
                    lines.add(all.get(i).substring(Math.min(indent, all.get(i).length())));
                }
                blocks.add(new Block(start + 1, open.group(2), mark.matches() ? mark.group(1) : "", lines));
            }
        }
        return blocks;
    }

    /** Links and pictures, in order. */
    List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (String line : prose()) {
            Matcher link = LINK.matcher(line);
            while (link.find()) {
                links.add(new Link(link.group(1), link.group(2)));
            }
        }
        return links;
    }

    /** What stands in code form in the text. */
    List<String> codeSpans() {
        List<String> spans = new ArrayList<>();
        for (String line : prose()) {
            Matcher span = CODE_SPAN.matcher(line);
            while (span.find()) {
                spans.add(span.group(2).strip());
            }
        }
        return spans;
    }

    /** The names by which its headings can be linked. */
    List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String words = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
                anchors.add(HeadingNames.of(words, seen));
            }
        }
        return anchors;
    }
}
