package llava4j.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A deck shows every figure and every question of its notebook, and needs nothing from elsewhere. */
class SlidesTest {

    private static final Path ATTENTION = Path.of("notebooks/01-attention.ipynb");

    @Test
    void everyPictureOfEveryNotebookIsOnASlideOnce() throws Exception {
        for (Path notebook : Slides.notebooks()) {
            String shown = new Deck(notebook).slides().stream().map(slide -> slide.shown().toString()).collect(Collectors.joining());
            List<String> pictures = new ArrayList<>();
            for (JsonNode cell : new ObjectMapper().readTree(notebook.toFile()).get("cells")) {
                cell.path("outputs").forEach(output -> {
                    if (output.path("data").has("image/png")) {
                        pictures.add(NotebookPage.joined(output.get("data").get("image/png")).replaceAll("\\s", ""));
                    }
                });
            }
            assertEquals(pictures.size(), shown.split("data:image/png", -1).length - 1, notebook::toString);
            pictures.forEach(picture -> assertTrue(shown.contains(picture), notebook::toString));
        }
    }

    @Test
    void everyQuestionIsShownWholeWithItsAnswerFolded() throws Exception {
        int questions = 0;
        for (Path notebook : Slides.notebooks()) {
            String shown = new Deck(notebook).slides().stream().map(slide -> slide.shown().toString()).collect(Collectors.joining());
            int here = 0;
            for (JsonNode cell : new ObjectMapper().readTree(notebook.toFile()).get("cells")) {
                here += cell.get("cell_type").asText().equals("markdown") ? (int) Deck.blocks(NotebookPage.joined(cell.get("source")))
                        .stream().filter(block -> block.startsWith("**Predict:**")).count() : 0;
            }
            assertEquals(here, count(shown, "<strong>Predict:</strong>"), notebook::toString);
            assertEquals(count(shown, "<details"), count(shown, "</details>"), notebook::toString);
            questions += here;
        }
        assertTrue(questions > 10, "the questions were not found: " + questions);
    }

    @Test
    void aDeckLoadsNothing() throws Exception {
        String html = Slides.html(ATTENTION, new Deck(ATTENTION)).replaceAll("(?s)<script>.*?</script>", "");
        assertFalse(Pattern.compile("<link\\b|<script[^>]*\\ssrc=|<img[^>]*src=\"(?!data:)|url\\((?!data:)|@import").matcher(html).find(),
                "a file beside the deck, or on another host");
    }

    @Test
    void noLinkOfADeckLeadsIntoTheCheckout() throws Exception {
        for (Path notebook : Slides.notebooks()) {
            for (Deck.Slide slide : new Deck(notebook).slides()) {
                assertFalse(Pattern.compile("href=\"(?!https?:)").matcher(slide.shown() + "" + slide.notes()).find(),
                        () -> notebook + ": " + slide.heading());
            }
        }
    }

    @Test
    void aParagraphIsShownByItsFirstSentenceAndKeptWholeInTheNotes() {
        assertEquals("A head, e.g. the first, has $d = 0.5 . X$ of it.", FirstSentence.of("""
                A head, e.g. the first, has $d = 0.5 . X$ of it. The others
                have more."""));
        assertEquals("See [the page. It says](x.md) more!", FirstSentence.of("See [the page. It says](x.md) more! Then go on."));
        assertEquals("它看见了。", FirstSentence.of("它看见了。然后说话。"));
        assertEquals("no stop at all", FirstSentence.of("no stop at all"));
    }

    @Test
    void anAnswerWithEmptyLinesStaysOneBlock() {
        assertEquals(List.of("## A", "**Predict:** why?", "<details><summary>open</summary>\n\nBecause.\n\n</details>", "Then."),
                Deck.blocks("## A\n**Predict:** why?\n\n<details><summary>open</summary>\n\nBecause.\n\n</details>\n\nThen.\n"));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
