package llava4j.site;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The annotated source says nothing of code that is no longer there, and no link inside the site leads nowhere. */
class SiteTest {

    @Test
    void atLeastThirtyClassesAreAnnotatedAndNoStationOfFigureOneIsLeftOut() throws IOException {
        List<Annotation> all = Annotation.all();
        Set<String> stations = new LinkedHashSet<>();
        all.forEach(annotation -> stations.add(annotation.station()));
        assertTrue(all.size() >= 30, "annotated: " + all.size());
        assertEquals(Annotation.STATIONS, List.copyOf(stations), "in the order of the figure");
        assertEquals(all.size(), all.stream().map(Annotation::type).distinct().count(), "a class is annotated once");
    }

    @Test
    void theFoldersOwnPageListsThemAll() throws IOException {
        String list = Files.readString(Path.of("docs/annotated/README.md"));
        for (Annotation annotation : Annotation.all()) {
            assertTrue(list.contains("[" + annotation.title() + "](" + annotation.file().getFileName() + ")"),
                    "docs/annotated/README.md has no link to " + annotation.file());
        }
    }

    @Test
    void eachAnnotatedClassExistsAndEachNoteFindsItsMethodOrItsLine() throws IOException {
        for (Annotation annotation : Annotation.all()) {
            assertDoesNotThrow(() -> Class.forName(annotation.type(), false, SiteTest.class.getClassLoader()),
                    annotation.file().toString());
            assertFalse(new ClassPage(annotation, JavaText.UNLINKED).html(new Markdown()).isEmpty());
        }
    }

    @Test
    void aNoteOnALineThatIsGoneIsRefusedByName() throws IOException {
        Annotation splice = Annotation.all().stream().filter(one -> one.simpleName().equals("Splice")).findFirst().orElseThrow();
        Map<String, String> notes = new LinkedHashMap<>(Map.of("SDVariable gone", "A line that nobody wrote."));
        Annotation stale = new Annotation(splice.file(), splice.title(), splice.facts(), splice.intro(), notes);
        String message = assertThrows(IllegalStateException.class, () -> new ClassPage(stale, JavaText.UNLINKED)).getMessage();
        assertTrue(message.contains("SDVariable gone") && message.contains("Splice.java"), message);
    }

    @Test
    void aNoteOnALineWhoseTextStandsInSeveralIsRefused() throws IOException {
        Annotation splice = Annotation.all().stream().filter(one -> one.simpleName().equals("Splice")).findFirst().orElseThrow();
        Annotation vague = new Annotation(splice.file(), splice.title(), splice.facts(), splice.intro(),
                Map.of("SDVariable", "Which of them?"));
        String message = assertThrows(IllegalStateException.class, () -> new ClassPage(vague, JavaText.UNLINKED)).getMessage();
        assertTrue(message.contains("take more of the line"), message);
    }

    @Test
    void eachAnnotationBeginsWithAQuestionAndHasAnEquation() throws IOException {
        for (Annotation annotation : Annotation.all()) {
            assertTrue(annotation.intro().contains("?"), annotation.file() + " asks nothing");
            assertTrue(annotation.intro().contains("$"), annotation.file() + " has no equation");
        }
    }

    @Test
    void everyMethodThatIsFoldedIsInItsClass() throws IOException {
        for (Annotation annotation : Annotation.all()) {
            String source = Files.readString(annotation.source());
            for (String name : annotation.all("fold")) {
                assertTrue(source.matches("(?s).*\\b" + name.replaceFirst("/.*", "") + "\\b.*"), annotation.file() + ": fold: " + name);
            }
        }
    }

    @Test
    void everyLinkInsideTheSiteLeadsSomewhere(@TempDir Path folder) throws IOException {
        int pages = Site.write(folder.resolve("site"));
        assertTrue(pages > 100, "pages: " + pages);
        assertEquals(List.of(), SiteCheck.broken(folder.resolve("site")));
    }

    @Test
    void aMarkOfThePromptThatBecameAnElementIsFound(@TempDir Path site) throws IOException {
        Files.writeString(site.resolve("a.html"), new Markdown().html("The mark `<image>` is text here."));
        Files.writeString(site.resolve("b.html"), new Markdown().html("Forgotten: <image> marks."));
        assertEquals(List.of("b.html: <image> outside backquotes"), SiteCheck.broken(site));
    }

    @Test
    void aLinkToAPageOrAPlaceThatIsNotThereIsFound(@TempDir Path site) throws IOException {
        Files.writeString(site.resolve("a.html"), "<p id=\"here\"> <a href=\"b.html#there\">b</a> <a href=\"#here\">a</a>"
                + " <a href=\"c.html\">c</a> <a href=\"../outside.html\">out</a> <a href=\"https://example.org/\">far</a>");
        Files.writeString(site.resolve("b.html"), "<p id=\"elsewhere\">");
        assertEquals(List.of("a.html: b.html#there", "a.html: c.html", "a.html: ../outside.html"), SiteCheck.broken(site));
    }

    @Test
    void aShapeInLettersIsWorkedOutForEachModel() {
        assertEquals("[10, 96]", Sizes.TINY.of("[1+P, Dv]"));
        assertEquals("[257, 1024]", Sizes.SEVEN_BILLION.of("[1+P, Dv]"));
        assertEquals("[9, 768]", Sizes.TINY.of("[P, 3*p*p]"));
        assertEquals("[T+9, 128]", Sizes.TINY.of("[T+P, D]"));
        assertEquals("[262144]", Sizes.SEVEN_BILLION.of("[2*L*Hkv*d]"));
    }

    @Test
    void formulasAreNeitherEmphasisedNorLookedForInCode() {
        String html = new Markdown().html("The rows of $Z_v$ and $H_v$, which `a $b$ c` is not.\n\n$$a_1 < b_2$$\n");
        assertTrue(html.contains("<span class=\"tex\">Z_v</span>") && html.contains("<code>a $b$ c</code>"), html);
        assertTrue(html.contains("<span class=\"tex block\">a_1 &lt; b_2</span>"), html);
    }

    @Test
    void javaIsColouredToTheLetterWholeOrInPieces() throws IOException {
        for (String java : List.of(Files.readString(Path.of("src/main/java/llava4j/model/Prompt.java")),
                "int x = 3;     // three\nsay(\"a <b> & \\\"c\\\"\");", "%classpath ../target/lib/*.jar\nimport java.util.*;")) {
            String plain = JavaText.coloured(java).replaceAll("<[^>]*>", "").replace("&lt;", "<").replace("&gt;", ">")
                    .replace("&quot;", "\"").replace("&amp;", "&");
            assertEquals(java, plain);
        }
    }
}
