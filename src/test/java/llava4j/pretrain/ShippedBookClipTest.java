package llava4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import llava4j.checkpoint.ModelDirectory;
import llava4j.conversation.Tokenizer;
import llava4j.image.ImageProcessorConfig;
import llava4j.picturebook.BookContrast;
import llava4j.picturebook.StandInArt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

@DisplayName("The shipped CLIP of the picture book")
class ShippedBookClipTest {

    private static final Path SHIPPED = Path.of("tiny-data/pretrained/book-clip");

    @Test
    @DisplayName("is of the sizes, and of the words in the order, that its recipe says")
    void fitsItsRecipe(@TempDir Path folder) throws IOException {
        ClipRecipe recipe = ClipRecipe.pictureBook(new BookContrast(StandInArt.in(folder)));
        ModelDirectory shipped = ModelDirectory.open(SHIPPED, Optional.empty());
        assertEquals(recipe.config(), shipped.clip());
        assertEquals(recipe.images(), ImageProcessorConfig.read(SHIPPED.resolve("preprocessor_config.json")));
        try (Tokenizer tokenizer = Tokenizer.open(SHIPPED)) {
            for (int id = WordTokenizer.SPECIALS.size(); id < recipe.tokens().size(); id++) {
                assertArrayEquals(new int[] {id}, tokenizer.encode(recipe.tokens().get(id), false), recipe.tokens().get(id));
            }
        }
    }

    @Test
    @DisplayName("is kept in 16 bits: five megabytes")
    void sixteenBits() throws IOException {
        assertTrue(ModelDirectory.visionWeightsAsStored(SHIPPED).values().stream().allMatch(array ->
                array.dataType() == DataType.HALF));
        assertTrue(Files.size(SHIPPED.resolve("model.safetensors")) < 5_500_000);
    }
}
