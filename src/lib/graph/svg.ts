import { dotText } from './dot.js';
import type { Picture } from './picture.js';

/** Laid out by Graphviz, which escapes the texts. */
export async function svgText(picture: Picture): Promise<string> {
  const { instance } = await import('./viz.js');
  const viz = await instance();
  return viz.renderString(dotText(picture), { format: 'svg' });
}
