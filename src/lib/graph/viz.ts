// Graphviz as WebAssembly: built apart, loaded when an SVG is drawn.
export { instance } from '@viz-js/viz';
