/**
 * What Figure 1 costs at a given size, before any of it is built: parameters, bytes and operations, for decoding and
 * for both stages.
 */
package llava4j.plan;
