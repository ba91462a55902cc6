import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where things lie that can be had again: what the platform holds for caches of applications (XDG base directories, macOS
 * Library/Caches, Windows LocalAppData). build/load.cjs keeps compiled code beside it by the same rule.
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg) return join(xdg, 'orders');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'orders');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'orders');
  return join(home, '.cache', 'orders');
}
