package llava4j.site;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One figure as SVG, in the style of all: on a card of its own, so that it is legible on a light page and a dark one. Blue is what
 * sees, orange what joins, green what speaks.
 *
 * <p>In a text, {@code Z_v} is a symbol with an index.
 */
final class Drawing {

    /** What sees. */
    static final String SEES = "sees";
    /** What joins. */
    static final String JOINS = "joins";
    /** What speaks. */
    static final String SPEAKS = "speaks";
    /** Neither. */
    static final String PLAIN = "plain";

    private static final Pattern SYMBOL = Pattern.compile("\\b([A-Z])_(\\w)");
    private static final String STYLE = """
            <style>
            .card{fill:#fdfcf9;stroke:#e3ded3}.plain{fill:#f3efe6;stroke:#b9b1a2}.sees{fill:#dfeaf6;stroke:#3a73b0}
            .joins{fill:#fbe3d0;stroke:#c4631f}.speaks{fill:#e0efdf;stroke:#4a8a52}.gap{fill:none;stroke:#9a9284;stroke-dasharray:4 3}
            .off{fill:#fdfcf9;stroke:#cfc8ba}.on{fill:#4a8a52;stroke:#fdfcf9}.onv{fill:#c4631f;stroke:#fdfcf9}
            .line{fill:none;stroke:#6b655b;stroke-width:1.6}.dash{fill:none;stroke:#9a9284;stroke-width:1.4;stroke-dasharray:5 4}
            .head{fill:#6b655b}.red{fill:#c8372d}.blue{fill:#2f66b8}.wheel{fill:#3b382f}.sky{fill:#fff;stroke:#b9b1a2}
            text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
            font-size:16px;fill:#24211c;text-anchor:middle}.start{text-anchor:start}.end{text-anchor:end}.soft{fill:#6b655b;font-size:14.5px}.big{font-size:19px;font-weight:600}
            .bold{font-weight:600}.small{font-size:13.5px}.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:14px}
            .sym{font-family:"Iowan Old Style",Palatino,Georgia,"DejaVu Serif",serif;font-style:italic;font-size:1.08em}.sub{font-size:.72em}
            .halo{paint-order:stroke;stroke:#fdfcf9;stroke-width:6px}.thick{stroke-width:3}.ice{stroke-dasharray:7 4}
            @media (prefers-color-scheme:dark){.card{fill:#1f1e1b;stroke:#3a372f}.plain{fill:#2b2924;stroke:#6d675b}.sees{fill:#1d3148;stroke:#6aa2dc}
            .joins{fill:#472b16;stroke:#e58f50}.speaks{fill:#1f3824;stroke:#77b67f}.gap{stroke:#8b8475}.off{fill:#1f1e1b;stroke:#4a463d}
            .on{fill:#77b67f;stroke:#1f1e1b}.onv{fill:#e58f50;stroke:#1f1e1b}.line{stroke:#b3ab9c}.dash{stroke:#8b8475}.head{fill:#b3ab9c}
            .sky{fill:#e9e5dc;stroke:#6d675b}text{fill:#e8e3d9}.soft{fill:#aaa293}.halo{stroke:#1f1e1b}}
            </style>
            """;

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;
    private final String title;

    /** @param title what it shows, for those who cannot see it */
    Drawing(int width, int height, String title) {
        this.width = width;
        this.height = height;
        this.title = title;
    }

    Drawing box(double x, double y, double w, double h, String look) {
        return add("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" class=\"%s\"/>", n(x), n(y), n(w), n(h),
                n(Math.min(8, Math.min(w, h) / 5)), look);
    }

    /** A box with a text in its middle. */
    Drawing box(double x, double y, double w, double h, String look, String text) {
        return box(x, y, w, h, look).text(x + w / 2, y + h / 2 + 5.5, text, "");
    }

    Drawing circle(double x, double y, double r, String look) {
        return add("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"/>", n(x), n(y), n(r), look);
    }

    Drawing text(double x, double y, String text, String look) {
        String marked = SYMBOL.matcher(Markdown.escaped(text)).replaceAll("<tspan class=\"sym\">$1</tspan>"
                + "<tspan class=\"sym sub\" dy=\"4\">$2</tspan><tspan dy=\"-4\">&#8203;</tspan>");
        return add("<text x=\"%s\" y=\"%s\"%s>%s</text>", n(x), n(y), look.isEmpty() ? "" : " class=\"" + look + "\"", marked);
    }

    /** A single letter as in an equation. */
    Drawing symbol(double x, double y, String letter) {
        return text(x, y, letter, "sym");
    }

    /** A straight arrow, level or upright or between. */
    Drawing arrow(double x1, double y1, double x2, double y2) {
        double length = Math.hypot(x2 - x1, y2 - y1);
        double ux = (x2 - x1) / length;
        double uy = (y2 - y1) / length;
        double bx = x2 - 9 * ux;
        double by = y2 - 9 * uy;
        add("<path d=\"M%s %sL%s %s\" class=\"line\"/>", n(x1), n(y1), n(bx), n(by));
        return add("<path d=\"M%s %sL%s %sL%s %sZ\" class=\"head\"/>", n(x2), n(y2), n(bx - 4.5 * uy), n(by + 4.5 * ux),
                n(bx + 4.5 * uy), n(by - 4.5 * ux));
    }

    Drawing line(double x1, double y1, double x2, double y2, String look) {
        return add("<path d=\"M%s %sL%s %s\" class=\"%s\"/>", n(x1), n(y1), n(x2), n(y2), look);
    }

    /** A row of equal boxes: tokens. */
    Drawing row(double x, double y, int count, double w, double h, double step, String look) {
        for (int i = 0; i < count; i++) {
            box(x + i * step, y, w, h, look);
        }
        return this;
    }

    /** A picture of the tiny world: a red ball, a blue car, and the cuts between its nine patches. */
    Drawing picture(double x, double y, double size) {
        double third = size / 3;
        box(x, y, size, size, "sky");
        circle(x + third / 2, y + 2.5 * third, third * .32, "red");
        box(x + 2.15 * third, y + 2.42 * third, third * .7, third * .24, "blue");
        box(x + 2.3 * third, y + 2.24 * third, third * .38, third * .22, "blue");
        circle(x + 2.3 * third, y + 2.7 * third, third * .1, "wheel");
        circle(x + 2.7 * third, y + 2.7 * third, third * .1, "wheel");
        for (int i = 1; i < 3; i++) {
            line(x + i * third, y, x + i * third, y + size, "dash");
            line(x, y + i * third, x + size, y + i * third, "dash");
        }
        return this;
    }

    private Drawing add(String form, Object... values) {
        body.append(String.format(Locale.ROOT, form, values)).append('\n');
        return this;
    }

    private static String n(double number) {
        String text = String.format(Locale.ROOT, "%.1f", number);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    String svg() {
        return String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                + "role=\"img\">%n<title>%s</title>%n%s<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"12\" class=\"card\"/>%n%s</svg>%n",
                width, height, width, height, Markdown.escaped(title), STYLE, width - 1, height - 1, body).replace("\r\n", "\n");
    }
}
