/**
 * Xv of Figure 1: from a picture file to the numbers that g takes. Decoding, PIL's resampling, CLIP's crop and
 * normalisation, each to the same values as the reference's.
 */
package llava4j.image;
