package llava4j.cli;

import llava4j.Llava;

/** A command about one model, which others can open as it does ({@link ReadCommand}). */
interface OpensModel {

    /** The model as its options say: with its adapter, its template, its way to read pictures. */
    Llava openModel();
}
