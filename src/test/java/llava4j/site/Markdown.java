package llava4j.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.docs.HeadingNames;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;

/**
 * GitHub's Markdown with formulas, as HTML.
 *
 * <p>Formulas stand between dollar signs and are taken out before the Markdown is read. What one would get wrong: left in, the
 * underscore of {@code $Z_v$} begins an emphasis, and the backslashes of {@code \\} are eaten.
 */
final class Markdown {

    private static final List<Extension> TABLES = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(TABLES).build();
    private static final Pattern CODE_OR_FORMULA = Pattern.compile("(?s)(?<fence>(?m:^ *```.*?^ *```\\s*?$))|(?<code>(`+)[^`].*?\\3)"
            + "|\\$\\$(?<block>.+?)\\$\\$|\\$(?<inline>[^\\s$](?:[^$\\n]*[^\\s$])?)\\$(?!\\d)");
    private static final Pattern PLACE = Pattern.compile("\uE000(\\d+)\uE001");
    private static final Pattern PLACED = Pattern.compile("\uE000(\\d+)\uE001([.,:;?!)’，。：；？！）、”-]*)");

    private final List<String> formulas = new ArrayList<>();
    private final List<String> found = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Integer> anchors = new HashMap<>();
    private String title = "";

    /** A heading, or what stands before the first one, with its text: what the search looks through. */
    record Section(String anchor, String heading, StringBuilder text) {
    }

    /** The HTML of a page's text, or of one cell of a notebook; anchors count on over all calls. */
    String html(String markdown) {
        Node document = PARSER.parse(withoutFormulas(markdown));
        document.accept(new Reading());
        HtmlRenderer renderer = HtmlRenderer.builder().extensions(TABLES)
                .attributeProviderFactory(context -> (node, tag, attributes) -> {
                    if (node instanceof Heading heading) {
                        attributes.put("id", HeadingNames.of(plain(heading), anchors));
                    }
                })
                .nodeRendererFactory(context -> new Fences(context.getWriter())).build();
        return withFormulas(renderer.render(document).replace("<table>", "<div class=\"table\"><table>")
                .replace("</table>", "</table></div>"));
    }

    /** The first heading's text; empty before {@link #html}. */
    String title() {
        return title;
    }

    List<Section> sections() {
        return sections;
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private String withoutFormulas(String markdown) {
        Matcher part = CODE_OR_FORMULA.matcher(markdown);
        StringBuilder out = new StringBuilder();
        while (part.find()) {
            boolean block = part.group("block") != null;
            String formula = block ? part.group("block") : part.group("inline");
            if (formula == null) {
                part.appendReplacement(out, Matcher.quoteReplacement(part.group()));
            } else {
                found.add(formula);
                formulas.add(String.format("<span class=\"tex%s\">%s</span>", block ? " block" : "", escaped(formula.strip())));
                part.appendReplacement(out, "\uE000" + (formulas.size() - 1) + "\uE001");
            }
        }
        return part.appendTail(out).toString();
    }

    private String withFormulas(String html) {
        // What follows without a space stays on the formula's line
        return PLACED.matcher(html).replaceAll(place -> {
            String formula = formulas.get(Integer.parseInt(place.group(1)));
            return Matcher.quoteReplacement(place.group(2).isEmpty() || formula.contains("block") ? formula + place.group(2)
                    : "<span class=\"nb\">" + formula + place.group(2) + "</span>");
        });
    }

    private String plain(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code part) {
                text.append(part.getLiteral());
            }
        });
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(found.get(Integer.parseInt(place.group(1)))));
    }

    /** Gathers headings and text for the search. */
    private final class Reading extends AbstractVisitor {

        private final Map<String, Integer> ahead = new HashMap<>(anchors);

        @Override
        public void visit(Heading heading) {
            String text = plain(heading);
            title = title.isEmpty() ? text : title;
            sections.add(new Section(HeadingNames.of(text, ahead), text, new StringBuilder()));
        }

        @Override
        public void visit(Text part) {
            add(PLACE.matcher(part.getLiteral()).replaceAll(" "));
        }

        @Override
        public void visit(Code part) {
            add(part.getLiteral());
        }

        private void add(String text) {
            if (sections.isEmpty()) {
                sections.add(new Section("", "", new StringBuilder()));
            }
            sections.get(sections.size() - 1).text().append(text).append(' ');
        }
    }

    /** Java in its colours; other fences as they are. */
    private record Fences(HtmlWriter writer) implements NodeRenderer {

        @Override
        public java.util.Set<Class<? extends Node>> getNodeTypes() {
            return java.util.Set.of(FencedCodeBlock.class);
        }

        @Override
        public void render(Node node) {
            FencedCodeBlock block = (FencedCodeBlock) node;
            String language = block.getInfo().strip();
            writer.line();
            writer.raw("<pre><code class=\"" + (language.isEmpty() ? "text" : escaped(language)) + "\">"
                    + (language.equals("java") ? JavaText.coloured(block.getLiteral()) : escaped(block.getLiteral()))
                    + "</code></pre>");
            writer.line();
        }
    }
}
