/**
 * Draws what the notebooks show of Figure 1's stations: charts, picture grids, heat maps, tokens in colour. Nothing
 * here computes the model.
 */
package llava4j.show;
