package llava4j.serve;

import io.javalin.Javalin;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * The page on which people talk to the model: a few files of this project's own, from this server alone.
 *
 * <p>The policy that goes with it tells the browser to load nothing from anywhere else and to run no script that stands in the
 * page: a text of the model's can then never become more than text.
 */
final class Page {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> FILES = Map.of("/", "page.html", "/page/page.css", "page.css", "/page/page.js",
            "page.js", "/page/chat.js", "chat.js", "/page/look.js", "look.js", "/page/board.js", "board.js", "/page/server.js",
            "server.js", "/page/run.js", "run.js");

    private Page() {
    }

    static void routes(Javalin web) {
        FILES.forEach((path, file) -> {
            byte[] content = content(file);
            String type = file.endsWith("html") ? "text/html" : file.endsWith("css") ? "text/css" : "text/javascript";
            web.get(path, context -> {
                context.attribute(RequestLog.ADDRESS, path);
                context.contentType(type + "; charset=utf-8").header("Content-Security-Policy", POLICY)
                        .header("Cache-Control", "no-cache").header("Referrer-Policy", "no-referrer").result(content);
            });
        });
    }

    private static byte[] content(String file) {
        try (InputStream in = Page.class.getResourceAsStream(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(file + " lies beside this class", e);
        }
    }
}
