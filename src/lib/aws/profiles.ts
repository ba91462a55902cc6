import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The shared configuration file and the credentials file, where AWS's tools look for them. */
export function sharedFiles(
  env: Env,
  home: string = homedir(),
): { readonly config: string; readonly credentials: string } {
  return {
    config: env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    credentials: env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
  };
}

/**
 * Names of the profiles there are, for messages: the SDK does the real reading. A file that is not there has none.
 */
export function knownProfiles(env: Env, home?: string): readonly string[] {
  const files = sharedFiles(env, home);
  return [
    ...new Set([...profilesOf(read(files.config), 'config'), ...profilesOf(read(files.credentials), 'credentials')]),
  ];
}

/**
 * Sections are `[default]` and `[profile name]` in the configuration file, `[name]` in the credentials file; other
 * sections (`sso-session`, `services`) are no profiles.
 */
export function profilesOf(text: string, kind: 'config' | 'credentials'): readonly string[] {
  return [...text.matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gmu)].flatMap(([, section = '']) => {
    if (kind === 'credentials' || section === 'default') return [unquoted(section)];
    const name = /^profile\s+(.+)$/u.exec(section)?.[1];
    return name === undefined ? [] : [unquoted(name)];
  });
}

function unquoted(name: string): string {
  return name.replace(/^(["'])(.*)\1$/u, '$2');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
