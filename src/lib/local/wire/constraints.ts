import { AwsError } from './aws-error.js';
import type { JsonObject } from './aws-json-service.js';

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  /** Counts bytes of UTF-8 instead of characters, and keeps the value out of the message. */
  readonly maxBytes?: number;
  readonly oneOf?: readonly string[];
}

/**
 * Reads a request's members and collects every violation of the API model, so that one ValidationException names them all,
 * before anything else is looked at (the order AWS keeps: model, ARN, existence, name, input).
 *
 *     const read = new Constraints(input);
 *     const arn = read.requiredText('executionArn', { min: 1, max: 256 });
 *     read.check();
 */
export class Constraints {
  private readonly violations: string[] = [];

  constructor(private readonly input: JsonObject) {}

  requiredText(member: string, limits: TextLimits = {}): string {
    const value = this.text(member, limits);
    if (value === undefined) {
      this.violations.push(`Value null at '${member}' failed to satisfy constraint: Member must not be null`);
    }
    return value ?? '';
  }

  text(member: string, limits: TextLimits = {}): string | undefined {
    const value = this.input[member];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw wrongType(member, 'a string');
    const { min = 0, max = Infinity, maxBytes = Infinity, oneOf } = limits;
    if (value.length < min) this.violate(member, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) this.violate(member, value, `Member must have length less than or equal to ${max}`);
    if (value.length > maxBytes / 3 && Buffer.byteLength(value) > maxBytes) {
      const limit = `Member must have size less than or equal to ${maxBytes} bytes in UTF-8 encoding`;
      this.violations.push(`Value at '${member}' failed to satisfy constraint: ${limit}`);
    }
    if (oneOf !== undefined && !oneOf.includes(value)) {
      this.violate(member, value, `Member must satisfy enum value set: [${oneOf.join(', ')}]`);
    }
    return value;
  }

  integer(member: string, limits: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.input[member];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(member, 'an integer');
    if (value < limits.min)
      this.violate(member, value, `Member must have value greater than or equal to ${limits.min}`);
    if (value > limits.max) this.violate(member, value, `Member must have value less than or equal to ${limits.max}`);
    return value;
  }

  flag(member: string): boolean | undefined {
    const value = this.input[member];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw wrongType(member, 'a boolean');
    return value;
  }

  structure(member: string): JsonObject | undefined {
    const value = this.input[member];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(member, 'a structure');
    return value as JsonObject;
  }

  list(member: string): readonly unknown[] | undefined {
    const value = this.input[member];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw wrongType(member, 'a list');
    return value as readonly unknown[];
  }

  /** @throws AwsError ValidationException when a member read so far violates the model. */
  check(): void {
    const count = this.violations.length;
    if (count === 0) return;
    const heading = `${count} validation error${count === 1 ? '' : 's'} detected`;
    throw new AwsError('ValidationException', `${heading}: ${this.violations.join('; ')}`);
  }

  private violate(member: string, value: string | number, constraint: string): void {
    this.violations.push(`Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`);
  }
}

function wrongType(member: string, wanted: string): AwsError {
  return new AwsError('SerializationException', `The member ${member} is not ${wanted}.`);
}
