/**
 * What joins g to f in Figure 1. LLaVA's is W: Hv = W Zv (paper, equation 1). The two that Table 5 of the paper compares it with
 * stand beside it: BLIP-2's Q-Former, and Flamingo's resampler, whose latents layers inside the decoder look at.
 */
package llava4j.connector;
