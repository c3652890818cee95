package llava4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import llava4j.conversation.SupervisedTokens;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A tokenised sample at rest")
class PackedTokensTest {

    @ParameterizedTest(name = "<image> is token {0}")
    @DisplayName("comes back as it was, whatever the id of <image>")
    @ValueSource(ints = {LlavaConfig.IMAGE_TOKEN_INDEX, 3, 127, 32_000, Integer.MAX_VALUE})
    void comesBack(int image) {
        int none = LossGraph.IGNORED;
        int[] ids = {1, image, image, 0, 63, 64, image, image, 151_645};
        int[] labels = {none, none, none, none, 63, 64, none, none, 151_645};

        PackedTokens packed = PackedTokens.of(new SupervisedTokens(ids, labels), image, 2);
        SupervisedTokens unpacked = packed.unpacked(image, 2);

        assertArrayEquals(ids, unpacked.ids());
        assertArrayEquals(labels, unpacked.labels());
        assertEquals(ids.length, packed.length());
    }
}
