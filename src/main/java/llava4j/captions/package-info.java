/**
 * The paper's choice of captions for stage 1: an even cover of what captions name, by the frequency of noun phrases
 * (appendix, "CC3M").
 */
package llava4j.captions;
