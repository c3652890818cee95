package llava4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A tensor has one name, whichever layout it comes from")
class TensorNamesTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        // transformers 4.x on disk
        "vision_tower.vision_model.encoder.layers.0.mlp.fc1.bias, vision_tower.vision_model.encoder.layers.0.mlp.fc1.bias",
        "multi_modal_projector.linear_2.weight,                   multi_modal_projector.linear_2.weight",
        "language_model.model.layers.3.mlp.up_proj.weight,        language_model.model.layers.3.mlp.up_proj.weight",
        "language_model.lm_head.weight,                           language_model.lm_head.weight",
        // transformers 5.x
        "vision_tower.embeddings.class_embedding,                 vision_tower.vision_model.embeddings.class_embedding",
        "model.vision_tower.pre_layrnorm.bias,                    vision_tower.vision_model.pre_layrnorm.bias",
        "model.vision_tower.vision_model.pre_layrnorm.bias,       vision_tower.vision_model.pre_layrnorm.bias",
        "model.multi_modal_projector.linear_1.bias,               multi_modal_projector.linear_1.bias",
        "model.language_model.norm.weight,                        language_model.model.norm.weight",
        // the original repository
        "model.mm_projector.weight,                               multi_modal_projector.linear_1.weight",
        "mm_projector.bias,                                       multi_modal_projector.linear_1.bias",
        "model.mm_projector.0.weight,                             multi_modal_projector.linear_1.weight",
        "model.mm_projector.2.bias,                               multi_modal_projector.linear_2.bias",
        "model.vision_tower.vision_tower.vision_model.pre_layrnorm.bias, vision_tower.vision_model.pre_layrnorm.bias",
        // a language model alone
        "model.embed_tokens.weight,                               language_model.model.embed_tokens.weight",
        "lm_head.weight,                                          language_model.lm_head.weight",
        // nothing known
        "something.else,                                          something.else"})
    void inAModel(String name, String ours) {
        assertEquals(ours, TensorNames.llava(name));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "vision_model.post_layernorm.weight,              vision_tower.vision_model.post_layernorm.weight",
        "embeddings.patch_embedding.weight,               vision_tower.vision_model.embeddings.patch_embedding.weight",
        "vision_tower.pre_layrnorm.weight,                vision_tower.vision_model.pre_layrnorm.weight",
        "vision_tower.vision_model.pre_layrnorm.weight,   vision_tower.vision_model.pre_layrnorm.weight",
        "text_model.embeddings.token_embedding.weight,    text_model.embeddings.token_embedding.weight"})
    void inATower(String name, String ours) {
        assertEquals(ours, TensorNames.tower(name));
    }

    @Test
    @DisplayName("except for tables that older versions saved and everyone can compute")
    void staleTables() {
        assertEquals(true, TensorNames.stale("vision_model.embeddings.position_ids"));
        assertEquals(true, TensorNames.stale("model.layers.0.self_attn.rotary_emb.inv_freq"));
        assertEquals(false, TensorNames.stale("vision_model.embeddings.position_embedding.weight"));
    }
}
