import { expect, test } from 'vitest';
import { dataFolder } from '../../src/lib/environment/data-folder.js';

test.each([
  [{ ORDERS_LOCAL_DIR: '/own' }, 'linux', '/own'],
  [{ XDG_DATA_HOME: '/xdg' }, 'linux', '/xdg/orders'],
  [{}, 'linux', '/home/me/.local/share/orders'],
  [{}, 'darwin', '/home/me/Library/Application Support/orders'],
] as const)('%j on %s', (env, platform, folder) => {
  expect(dataFolder(env, platform, '/home/me')).toBe(folder);
});
