import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** What S3 would refuse. */
export class BucketRefusal extends Error {
  override readonly name = 'BucketRefusal';
}

/** One object as ListObjectsV2 tells of it to a Map Run. */
export interface ListedObject {
  readonly Etag: string;
  readonly Key: string;
  /** Seconds since the epoch. */
  readonly LastModified: number;
  /** Bytes. */
  readonly Size: number;
  readonly StorageClass: 'STANDARD';
}

/** Folders that stand for S3 buckets: `<folder>/<bucket>/<key>`. Nothing outside of them can be named. */
export class BucketFolder {
  constructor(private readonly folder: string) {}

  /** @throws BucketRefusal */
  async read(bucket: string, key: string): Promise<string> {
    const file = this.pathOf(bucket, key);
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw isMissing(error) ? new BucketRefusal(await this.missing(bucket, key)) : error;
    }
  }

  /** In the order of their keys. @throws BucketRefusal */
  async list(bucket: string, prefix: string): Promise<ListedObject[]> {
    const root = this.pathOf(bucket);
    if (!(await isFolder(root))) throw new BucketRefusal(`The specified bucket does not exist: ${bucket}`);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .replaceAll(sep, '/'),
      )
      .filter((key) => key.startsWith(prefix))
      .sort();
    const objects: ListedObject[] = [];
    for (const key of keys) {
      const file = join(root, key);
      const { mtimeMs, size } = await stat(file);
      const digest = createHash('md5')
        .update(await readFile(file))
        .digest('hex');
      objects.push({
        Etag: `"${digest}"`,
        Key: key,
        LastModified: Math.floor(mtimeMs / 1000),
        Size: size,
        StorageClass: 'STANDARD',
      });
    }
    return objects;
  }

  /** Makes the bucket's folder too. @throws BucketRefusal for a name that is none */
  async write(bucket: string, key: string, text: string): Promise<void> {
    const file = this.pathOf(bucket, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  private pathOf(bucket: string, key = ''): string {
    if (!/^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket) || bucket.includes('..')) {
      throw new BucketRefusal(`The specified bucket is not valid: ${bucket}`);
    }
    if (key.split('/').some((part) => part === '..' || part === '.') || key.includes('\0') || key.startsWith('/')) {
      throw new BucketRefusal(`The local environment does not keep an object of this key: ${key}`);
    }
    return key === '' ? join(this.folder, bucket) : join(this.folder, bucket, ...key.split('/'));
  }

  private async missing(bucket: string, key: string): Promise<string> {
    return (await isFolder(this.pathOf(bucket)))
      ? `The specified key does not exist: ${key}`
      : `The specified bucket does not exist: ${bucket}`;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR';
}
