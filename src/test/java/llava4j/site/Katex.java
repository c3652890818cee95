package llava4j.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** KaTeX, which sets the formulas, as it lies on the class path; of its fonts the compressed form that every browser of today reads. */
final class Katex {

    private static final String PLACE = "META-INF/resources/webjars/katex/";
    private static final Pattern FONT = Pattern.compile("fonts/[\\w-]+\\.woff2");

    private Katex() {
    }

    static byte[] script() throws IOException {
        return bytes(PLACE + version() + "/dist/katex.min.js");
    }

    static byte[] licence() throws IOException {
        return bytes(PLACE + version() + "/LICENSE");
    }

    /** The style sheet, which looks for its fonts beside itself. */
    static String style() throws IOException {
        return new String(bytes(PLACE + version() + "/dist/katex.min.css"), StandardCharsets.UTF_8)
                .replaceAll(",url\\([^)]*\\.(?:woff|ttf)\\) format\\([^)]*\\)", "");
    }

    /** The style sheet with its fonts in it, for a page that is one file. */
    static String wholeStyle() throws IOException {
        StringBuilder whole = new StringBuilder();
        String style = style();
        Matcher font = FONT.matcher(style);
        while (font.find()) {
            font.appendReplacement(whole, "data:font/woff2;base64," + Base64.getEncoder().encodeToString(font(font.group())));
        }
        return font.appendTail(whole).toString();
    }

    /** The names of the fonts, as the style sheet has them. */
    static List<String> fonts() throws IOException {
        return FONT.matcher(style()).results().map(found -> found.group()).toList();
    }

    static byte[] font(String name) throws IOException {
        return bytes(PLACE + version() + "/dist/" + name);
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Katex.class.getClassLoader().getResourceAsStream("META-INF/maven/org.webjars.npm/katex/pom.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    /** A file of the class path. */
    static byte[] bytes(String name) throws IOException {
        try (InputStream in = Katex.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("not on the class path: " + name);
            }
            return in.readAllBytes();
        }
    }
}
