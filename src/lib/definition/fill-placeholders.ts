/** What stands for a placeholder that somebody else fills when the machine is deployed. */
export interface Filled {
  readonly text: string;
  /** Names of what was filled, each once, in the order of the text. */
  readonly placeholders: readonly string[];
}

const PLACEHOLDER = /\$\$\{|\$\{\s*([^{}"\n]*?)\s*\}/gu;
const PARTITION = /^(AWS::)?Partition$/iu;
/** Long enough for any time-out, small enough for any limit. */
const NUMBER = '1';

/**
 * Makes a template checkable: `${Name}` of Terraform, SAM and CDK, and CloudFormation's {"Ref"} and {"Fn::..."} where a text
 * belongs. A resource that is a placeholder becomes a function's ARN, `${Partition}` becomes `aws`, one outside of quotes a
 * number; any other placeholder inside of a text stays, since a text may say anything.
 */
export function fillPlaceholders(text: string): Filled {
  const placeholders = new Set<string>();
  const note = (name: string): void => void placeholders.add(name.trim());
  let filled = '';
  let quoted = false;
  for (let at = 0; at < text.length;) {
    const letter = text[at] ?? '';
    if (letter === '$') {
      PLACEHOLDER.lastIndex = at;
      const match = PLACEHOLDER.exec(text);
      if (match?.index === at) {
        const name = match[1];
        at += match[0].length;
        if (name === undefined) filled += '${';
        else {
          note(name);
          filled += PARTITION.test(name) ? 'aws' : quoted ? match[0] : NUMBER;
        }
        continue;
      }
    }
    if (letter === '\\' && quoted) {
      filled += text.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (letter === '"') quoted = !quoted;
    filled += letter;
    at += 1;
  }
  return { text: withResources(filled, note), placeholders: [...placeholders] };
}

/** What stands where nobody knows the resource yet. */
export const UNKNOWN_RESOURCE = 'arn:aws:lambda:us-east-1:000000000000:function:placeholder:live';

/** Only touches what has to be an ARN. Text that is no JSON is left to whoever reads it next. */
function withResources(text: string, note: (name: string) => void): string {
  if (!/\$\{|"Ref"|"Fn::/u.test(text)) return text;
  try {
    return JSON.stringify(
      JSON.parse(text, function (this: unknown, key: string, value: unknown): unknown {
        if (key !== 'Resource') return value;
        if (typeof value === 'string' && /^\$\{[^]*\}/u.test(value)) return UNKNOWN_RESOURCE;
        const intrinsic = intrinsicOf(value);
        if (intrinsic === undefined) return value;
        note(intrinsic);
        return UNKNOWN_RESOURCE;
      }),
      undefined,
      2,
    );
  } catch {
    return text;
  }
}

function intrinsicOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [name, ...more] = Object.keys(value);
  return more.length === 0 && name !== undefined && /^(Ref|Fn::\w+)$/u.test(name) ? name : undefined;
}
