package llava4j.site;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether each link inside a written site leads to a file that is there, and to a place on it; and whether a mark of the
 * prompt has become an element: browsers take {@code <image>} for a picture without a source.
 */
final class SiteCheck {

    private static final Pattern TARGET = Pattern.compile("\\s(?:href|src|srcset)=\"([^\"]*)\"");
    private static final Pattern PLACE = Pattern.compile("\\s(?:id|name)=\"([^\"]+)\"");

    private final Path site;
    private final Map<Path, Set<String>> places = new HashMap<>();

    private SiteCheck(Path site) {
        this.site = site.toAbsolutePath().normalize();
    }

    /** Page and target of each link that leads nowhere, or out of the site's folder; and each page with such a mark. */
    static List<String> broken(Path site) throws IOException {
        return new SiteCheck(site).broken();
    }

    private List<String> broken() throws IOException {
        List<String> broken = new ArrayList<>();
        try (Stream<Path> files = Files.walk(site)) {
            for (Path page : files.filter(file -> file.toString().endsWith(".html")).sorted().toList()) {
                String html = Files.readString(page);
                if (html.contains("<image>")) {
                    broken.add(site.relativize(page) + ": <image> outside backquotes");
                }
                Matcher link = TARGET.matcher(html);
                while (link.find()) {
                    String target = link.group(1).replace("&amp;", "&");
                    if (!target.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") && !leads(page, target)) {
                        broken.add(site.relativize(page) + ": " + target);
                    }
                }
            }
        }
        return broken;
    }

    private boolean leads(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = decoded(hash < 0 ? target : target.substring(0, hash));
        Path file = path.isEmpty() ? page : page.getParent().resolve(path).normalize();
        if (!file.startsWith(site) || !Files.isRegularFile(file)) {
            return false;
        }
        return hash < 0 || hash == target.length() - 1 || places(file).contains(decoded(target.substring(hash + 1)));
    }

    private Set<String> places(Path file) throws IOException {
        if (!places.containsKey(file)) {
            Set<String> found = new HashSet<>();
            Matcher place = PLACE.matcher(Files.readString(file));
            while (place.find()) {
                found.add(place.group(1));
            }
            places.put(file, found);
        }
        return places.get(file);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
