package llava4j.vision;

import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A picture as a row of tokens: cut into square patches, each mapped to a vector, a class token in front, positions added.
 *
 * <p>z₀ = [x_class; x₁E; x₂E; …; x_P E] + E_pos, where x_p is the patch's 3·p² pixel values. The checkpoint stores E as a
 * convolution [D, 3, p, p] with stride p; a convolution whose stride is its size is this matrix product. What one would
 * get wrong: the order of a patch's pixels is channel, row, column, and patches run row by row.
 */
final class PatchEmbedding {

    private PatchEmbedding() {
    }

    /**
     * @param scope  {@code ...embeddings}
     * @param pixels [B, 3, S, S], normalised
     * @return [B*(1+P), D]
     */
    static SDVariable of(Scope scope, SDVariable pixels, VisionConfig config, int batch) {
        SameDiff graph = scope.graph();
        int size = config.patchSize();
        int side = config.imageSize() / size;
        int width = config.hiddenSize();
        // [B, 3, S, S] -> [B, 3, rows, p, columns, p] -> [B, rows, columns, 3, p, p] -> [B*P, 3*p*p]
        SDVariable grid = graph.reshape(pixels, batch, 3, side, size, side, size);
        SDVariable patches = graph.reshape(graph.permute(grid, 0, 2, 4, 1, 3, 5), -1, 3 * size * size);
        SDVariable kernel = graph.reshape(scope.weight("patch_embedding.weight"), width, -1);   // E: [D, 3*p*p]
        SDVariable flat = graph.mmul(patches, kernel, false, true, false);                      // [B*P, 3*p*p] -> [B*P, D]
        flat = scope.has("patch_embedding.bias") ? flat.add(scope.weight("patch_embedding.bias")) : flat;
        SDVariable embedded = graph.reshape(flat, batch, -1, width);                            // [B*P, D] -> [B, P, D]
        // The same class token before every picture: [B, 1] x [1, D] -> [B, 1, D]
        SDVariable ones = scope.constant("one_per_picture", Nd4j.ones(DataType.FLOAT, batch, 1));
        SDVariable classToken = graph.reshape(ones.mmul(graph.reshape(scope.weight("class_embedding"), 1, width)),
                batch, 1, width);
        SDVariable tokens = graph.concat(1, classToken, embedded);                              // [B, 1+P, D]
        SDVariable positions = graph.reshape(scope.weight("position_embedding.weight"), 1, -1, width);
        // [B, 1+P, D] -> [B*(1+P), D]
        return graph.reshape(tokens.add(positions), -1, width);
    }
}
