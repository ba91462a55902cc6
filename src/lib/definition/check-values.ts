import { has, type Fields, type Findings } from './findings.js';
import { JSONATA_FIELDS, JSONPATH_FIELDS } from './state-fields.js';
import type { QueryLanguage } from './types.js';

export interface Bounds {
  readonly least?: number;
  readonly most?: number;
  /** Whether the number may have decimals. */
  readonly fraction?: boolean;
  /** Whether the text of a JSONata expression will do. */
  readonly expression?: boolean;
}

/** A number within bounds, if the field is there. */
export function checkNumber(fields: Fields, name: string, bounds: Bounds, location: string, findings: Findings): void {
  if (!has(fields, name)) return;
  const value = fields[name];
  const at = `${location}/${name}`;
  if (bounds.expression && isExpression(value)) return;
  if (typeof value !== 'number' || !(bounds.fraction || Number.isInteger(value))) {
    findings.schema(`Expected value of type ${bounds.fraction ? 'Number' : 'Integer'}`, at);
  } else if (bounds.least !== undefined && value < bounds.least) {
    findings.schema(`Minimum value is ${bounds.least}`, at);
  } else if (bounds.most !== undefined && value > bounds.most) {
    findings.schema(`Maximum value is ${bounds.most}`, at);
  }
}

/** Fields that the other query language has are refused by name. */
export function checkLanguage(fields: Fields, language: QueryLanguage, location: string, findings: Findings): void {
  const foreign = language === 'JSONata' ? JSONPATH_FIELDS : JSONATA_FIELDS;
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata';
  for (const field of Object.keys(fields)) {
    if (foreign.has(field)) {
      findings.schema(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
        location,
      );
    }
  }
}

export function checkText(fields: Fields, name: string, location: string, findings: Findings): void {
  if (has(fields, name) && typeof fields[name] !== 'string') {
    findings.schema('Expected value of type String', `${location}/${name}`);
  }
}

/** `{% ... %}`, without anything before or behind. */
export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}');
}
