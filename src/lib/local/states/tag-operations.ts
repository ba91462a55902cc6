import { inTransaction, type Database } from '../store/database.js';
import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { prepared } from '../store/prepared.js';

interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Tags of any resource, by its ARN. */
export class TagStore {
  constructor(private readonly database: Database.Database) {}

  of(arn: string): Tag[] {
    const sql = 'SELECT key, value FROM resource_tags WHERE arn = ? ORDER BY key';
    return (prepared(this.database, sql).all(arn) as Tag[]).map(({ key, value }) => ({ key, value }));
  }

  add(arn: string, tags: readonly unknown[]): void {
    const insert = prepared(this.database, 'INSERT OR REPLACE INTO resource_tags (arn, key, value) VALUES (?, ?, ?)');
    inTransaction(this.database, () => {
      for (const tag of tags) {
        const { key, value } = tag as Partial<Tag>;
        insert.run(arn, key ?? '', value ?? '');
      }
    });
  }

  replaceAll(arn: string, tags: readonly unknown[]): void {
    prepared(this.database, 'DELETE FROM resource_tags WHERE arn = ?').run(arn);
    this.add(arn, tags);
  }

  remove(arn: string, keys: readonly unknown[]): void {
    const remove = prepared(this.database, 'DELETE FROM resource_tags WHERE arn = ? AND key = ?');
    inTransaction(this.database, () => {
      for (const key of keys) remove.run(arn, String(key));
    });
  }
}

/** @param exists whether an ARN names a machine that is there. */
export function tagOperations(tags: TagStore, exists: (arn: string) => Promise<boolean>): Operations {
  const resource = async (read: Constraints): Promise<string> => {
    const arn = read.requiredText('resourceArn', { min: 1, max: 256 });
    read.check();
    if (!arn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    if (!(await exists(arn))) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return arn;
  };

  return {
    ListTagsForResource: async (input) => ({ tags: tags.of(await resource(new Constraints(input))) }),
    TagResource: async (input) => {
      const read = new Constraints(input);
      const added = read.list('tags') ?? [];
      tags.add(await resource(read), added);
      return {};
    },
    UntagResource: async (input) => {
      const read = new Constraints(input);
      const keys = read.list('tagKeys') ?? [];
      tags.remove(await resource(read), keys);
      return {};
    },
  };
}
