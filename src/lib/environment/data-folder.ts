import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where the local environment keeps its files: ORDERS_LOCAL_DIR, else what the platform holds for data of applications
 * (XDG base directories, macOS Application Support, Windows LocalAppData).
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const own = env['ORDERS_LOCAL_DIR'];
  if (own) return resolve(own);
  const xdg = env['XDG_DATA_HOME'];
  if (xdg) return join(xdg, 'orders');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'orders');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'orders');
  return join(home, '.local', 'share', 'orders');
}
