package llava4j.language;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The keys and values of one layer: what later tokens need to know of earlier ones, and all that decoding must keep.
 *
 * @param keys   [B, Hkv, T, d], already turned by their position
 * @param values [B, Hkv, T, d]
 */
public record KeyValues(SDVariable keys, SDVariable values) {
}
