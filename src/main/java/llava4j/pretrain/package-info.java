/**
 * What comes before the paper's two stages: a tiny g by contrast of pictures and captions, a tiny f from text alone, and the
 * first words of a W that has a few thousand pictures to learn from, not 595,000. LLaVA itself begins where this ends.
 */
package llava4j.pretrain;
