/**
 * What g, W and f of Figure 1 have in common: linear map, attention, mask, activations, the tree of parameter names,
 * and the fast way to run a SameDiff graph. It knows nothing of pictures or words.
 */
package llava4j.graph;
