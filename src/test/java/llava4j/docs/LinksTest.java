package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pages link to is there, under the name that they give it. */
class LinksTest {

    @Test
    void everyRelativeLinkLeadsToAFileOfTheRepository() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (Page.Link link : page.links()) {
                if (isOutside(link) || link.target().startsWith("#")) {
                    continue;
                }
                checked++;
                if (!Files.exists(target(page, link))) {
                    broken.add(page.file() + ": " + link.target());
                }
            }
        }
        assertTrue(checked > 100, "the pages' links were not found: " + checked);
        assertEquals(List.of(), broken, "links to nothing");
    }

    @Test
    void everyAnchorIsAHeadingOfThePageItLeadsTo() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (Page.Link link : page.links()) {
                int hash = link.target().indexOf('#');
                if (isOutside(link) || hash < 0) {
                    continue;
                }
                Path file = hash == 0 ? page.file() : target(page, link);
                // a notebook's text lies beside it as a page
                Path text = Path.of(file.toString().replaceFirst("\\.ipynb$", ".md"));
                checked++;
                if (!Files.isRegularFile(text)
                        || !Page.of(text).anchors().contains(decoded(link.target().substring(hash + 1)))) {
                    broken.add(page.file() + ": " + link.target());
                }
            }
        }
        assertTrue(checked > 10, "the pages' anchors were not found: " + checked);
        assertEquals(List.of(), broken, "anchors without a heading");
    }

    @Test
    void aClassOrMemberInCodeFormIsInTheFileThatItLinksTo() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (Page.Link link : page.links()) {
                if (!isOutside(link) && link.target().endsWith(".java") && link.label().matches("`[^`]+`")) {
                    JavaName.in(link.label().replace("`", "")).flatMap(name -> name.missingIn(target(page, link)))
                            .ifPresent(wrong -> broken.add(page.file() + ": " + link.label() + ": " + wrong));
                    checked++;
                }
            }
        }
        assertTrue(checked > 100, "the pages' classes were not found: " + checked);
        assertEquals(List.of(), broken, "names that the code no longer has");
    }

    private static boolean isOutside(Page.Link link) {
        return link.target().matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Path target(Page page, Page.Link link) {
        Path folder = page.file().toAbsolutePath().getParent();
        Path there = folder.resolve(decoded(link.target().replaceFirst("#.*$", ""))).normalize();
        return Path.of("").toAbsolutePath().relativize(there);
    }
}
