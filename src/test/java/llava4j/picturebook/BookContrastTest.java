package llava4j.picturebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import llava4j.tinyworld.CaptionedPicture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the picture book's CLIP learns from")
class BookContrastTest {

    @Test
    @DisplayName("a near miss is the same scene with one concept exchanged for one that it does not show")
    void nearMiss() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            BookScene scene = BookScene.random(random);
            List<BookScene.Sprite> other = scene.nearMiss(random).sprites();
            List<Integer> changed = IntStream.range(0, other.size())
                    .filter(j -> !other.get(j).equals(scene.sprites().get(j))).boxed().toList();
            assertEquals(1, changed.size());
            BookScene.Sprite before = scene.sprites().get(changed.get(0));
            BookScene.Sprite after = other.get(changed.get(0));
            assertTrue(!scene.contents().concepts().contains(after.concept()));
            assertEquals(before, new BookScene.Sprite(before.concept(), after.style(), after.x(), after.y(), after.side()));
        }
    }

    @Test
    @DisplayName("a lookalike is the same scene with one thing exchanged for another of its kind, where the kind has many")
    void lookalike() {
        Random random = new Random(4);
        int alike = 0;
        for (int i = 0; i < 200; i++) {
            BookScene scene = BookScene.random(random);
            List<BookScene.Sprite> other = scene.lookalike(random).sprites();
            int changed = IntStream.range(0, other.size()).filter(j -> !other.get(j).equals(scene.sprites().get(j)))
                    .reduce((a, b) -> fail("two things were exchanged")).orElseThrow();
            Concept before = scene.sprites().get(changed).concept();
            Concept after = other.get(changed).concept();
            assertTrue(!scene.contents().concepts().contains(after));
            long many = Concepts.ALL.stream().filter(concept -> concept.kind().equals(before.kind())).count();
            assertTrue(many < 8 || before.kind().equals(after.kind()), before.name() + ", " + after.name());
            alike += before.kind().equals(after.kind()) ? 1 : 0;
        }
        assertTrue(alike > 150, alike + " of 200 stayed within their kind");
    }

    @Test
    @DisplayName("four that are alike are four different scenes")
    void families(@TempDir Path folder) throws IOException {
        List<CaptionedPicture> pairs = new BookContrast(StandInArt.in(folder)).lookalikes(16, new Random(5));
        assertEquals(16, pairs.size());
        assertEquals(16, pairs.stream().map(CaptionedPicture::caption).distinct().count());
    }

    @Test
    @DisplayName("a concept whose second style is held out is painted in its first alone; it stays where it was")
    void heldOutStyles() {
        Random random = new Random(2);
        int exchanged = 0;
        for (int i = 0; i < 500; i++) {
            BookScene scene = BookScene.random(random);
            BookScene seen = scene.inSeenStyles();
            assertTrue(seen.sprites().stream().noneMatch(sprite -> BookContrast.unseen(Concepts.ALL.indexOf(sprite.concept()),
                    EmojiPictures.STYLES.indexOf(sprite.style()))));
            assertEquals(scene.contents(), seen.contents());
            exchanged += scene.equals(seen) ? 0 : 1;
        }
        assertTrue(exchanged > 10, exchanged + " scenes had a style to exchange");
    }

    @Test
    @DisplayName("begins with one thing at a time")
    void oneAtATime(@TempDir Path folder) throws IOException {
        BookContrast book = new BookContrast(StandInArt.in(folder));
        List<String> early = book.batch(40, 0.1, new Random(3)).stream().map(CaptionedPicture::caption).toList();
        List<String> late = book.batch(40, 0.5, new Random(3)).stream().map(CaptionedPicture::caption).toList();
        assertEquals(0, early.stream().filter(caption -> caption.contains(" and ") || caption.contains(", with")).count());
        assertTrue(late.stream().filter(caption -> caption.contains(" and ")).count() > 5);
    }

    @Test
    @DisplayName("every word of a caption is in the vocabulary")
    void words() {
        Set<String> known = BookContrast.words();
        Random random = new Random(4);
        for (int i = 0; i < 3000; i++) {
            String caption = BookTelling.caption(BookScene.random(random).contents(), random);
            for (String word : caption.replaceAll("[.,?]", " ").strip().split(" +")) {
                assertTrue(known.contains(word.toLowerCase(Locale.ROOT)), caption);
            }
        }
        BookContrast.names().stream().flatMap(name -> Stream.of(name.replace(".", "").split(" ")))
                .forEach(word -> assertTrue(known.contains(word.toLowerCase(Locale.ROOT)), word));
    }

    @Test
    @DisplayName("a picture of each concept alone, in either style")
    void singles(@TempDir Path folder) throws IOException {
        BookContrast book = new BookContrast(StandInArt.in(folder));
        List<CaptionedPicture> first = book.singles(0, new Random(5));
        List<CaptionedPicture> second = book.singles(1, new Random(5));
        assertEquals(Concepts.ALL.size(), first.size());
        CaptionedPicture.Region region = first.get(7).regions().get(0);
        assertEquals(7, region.name());
        int x = region.x() + region.width() / 2;
        int y = region.y() + region.height() / 2;
        assertNotEquals(first.get(7).picture().getRGB(x, y), second.get(7).picture().getRGB(x, y));
    }
}
