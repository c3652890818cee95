/**
 * How f of Figure 1 speaks: Xa, a token at a time, from the logits by way of a sampler, with a cache of keys and
 * values; and the chat built upon it.
 */
package llava4j.generate;
