/**
 * How W and f of Figure 1 learn (paper, section 4.2): the two stages, the loop, Adam, the rate, and the state from
 * which a stopped run continues to the same weights.
 */
package llava4j.train;
