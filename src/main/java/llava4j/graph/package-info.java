/**
 * The parts that g, W and f of Figure 1 have in common: linear map, attention, mask, activations, the tree of parameter
 * names. They know nothing of pictures or words, nor of how a graph is run.
 */
package llava4j.graph;
