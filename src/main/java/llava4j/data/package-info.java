/**
 * What Figure 1 is fed in training: data files, batches by length, and Zv of every picture, computed once, since g is
 * frozen.
 */
package llava4j.data;
