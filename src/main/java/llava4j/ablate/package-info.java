/**
 * The paper's Tables 4, 5, 7 and 8 in miniature. Around Figure 1: each row changes one thing of it, the data of f and W,
 * the layer of g, or W itself, and measures what that costs.
 */
package llava4j.ablate;
