/**
 * f of Figure 1, the LLaMA decoder, and the embedding that makes Hq of Xq. It takes token vectors and does not know
 * which of them came from a picture.
 */
package llava4j.language;
