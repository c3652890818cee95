/**
 * Figure 1 as a whole: Zv through W to Hv, Hv put in its place among Hq, the sequence through f. Here are the graphs
 * for training, for a whole prompt, and for one token more.
 */
package llava4j.model;
