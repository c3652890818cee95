/**
 * How long the parts of Figure 1 take, in training and in decoding, what the time goes to, and how that compares with
 * Hugging Face transformers on the same weights and batches.
 */
package llava4j.bench;
