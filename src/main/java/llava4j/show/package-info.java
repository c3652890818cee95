/** Draws what the notebooks show: charts, picture grids, heat maps, tokens in colour. Nothing here computes the model. */
package llava4j.show;
