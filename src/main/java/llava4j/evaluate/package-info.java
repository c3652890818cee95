/**
 * Whether Xa of Figure 1 is right: an exam with one answer to each question about held-out pictures, beside controls
 * in which Xv is blanked, swapped or left out.
 */
package llava4j.evaluate;
