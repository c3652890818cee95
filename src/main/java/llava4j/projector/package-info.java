/**
 * W of Figure 1: Hv = W Zv (paper, equation 1), or two matrices with a GELU between them (LLaVA 1.5). It is the one
 * part that is new in LLaVA.
 */
package llava4j.projector;
