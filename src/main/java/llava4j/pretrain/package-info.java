/**
 * How the two frozen parts of Figure 1 came to be: a tiny g by contrast of pictures and captions, a tiny f from text
 * alone. LLaVA itself begins where this ends.
 */
package llava4j.pretrain;
