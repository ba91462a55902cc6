import { sanitize } from '../cli/sanitize.js';
import type { OpenEnd } from '../explain/ledger-view.js';
import { moneyText } from '../ledger/money-text.js';
import { completenessLines } from './completeness-report.js';
import { failedChildrenLines } from './failed-children-lines.js';
import { logLineText, type ExplainAnswer, type LedgerAnswer, type LogAnswer, type Survived } from './explain-report.js';
import { outcomeText, type Style } from './style.js';
import { durationText, timeText } from './time-text.js';

const LABEL = 11;
const WIDEST = 120;
/** Lines of a stack, of a log, of survived errors: so that the answer stays on one screen; --json has all of them. */
const TRACE_LINES = 2;
const LOG_LINES = 5;
const SURVIVED_LINES = 3;
const MESSAGE = 480;
const LOG_LINE = 200;

/** The whole answer, a label in front of each part. @param now epoch milliseconds */
export function explainLines(answer: ExplainAnswer, now: number, style: Style): string[] {
  const section = (label: string, texts: readonly string[]): string[] => labelled(label, texts, style);
  const who = answer.orderId === undefined ? `execution ${answer.name}` : `order ${answer.orderId}`;
  const attempt = answer.attempt > 1 ? `, attempt ${answer.attempt}` : '';
  const times = answer.redriveCount === 1 ? 'once' : `${answer.redriveCount} times`;
  const redrives = answer.redriveCount > 0 ? `, redriven ${times}` : '';
  // A log without the start does not tell how long it took.
  const lasted = answer.completeness?.start === false ? '' : `  ${durationText(answer.duration)}`;
  const when = timeText(answer.stopDate ?? answer.startDate, now, style);
  const lines = [
    `${style.paint('bold', sanitize(who))}${attempt}  ${outcomeText(answer.status, style)}${lasted}${redrives}, ${answer.stopDate === undefined ? 'started' : 'ended'} ${when}`,
    ...section('what', whatTexts(answer)),
    ...section('why', whyTexts(answer)),
    ...section('class', classTexts(answer)),
    ...section('before', survivedTexts(answer.survived)),
    ...section('children', answer.failedChildren === undefined ? [] : failedChildrenLines(answer.failedChildren)),
    ...section('committed', ledgerTexts(answer.ledger)),
    ...section('log', answer.log === undefined ? [] : logTexts(answer.log)),
    ...section('redrive', redriveTexts(answer, now, style)),
    ...section('console', answer.console === undefined ? [] : [answer.console]),
    ...section('next', answer.next.map(sanitize)),
  ];
  if (answer.completeness !== undefined) lines.push(...completenessLines(answer.completeness));
  else if (answer.missingEvents !== undefined)
    lines.push(
      ...section('beware', [
        `${answer.missingEvents} events of its history are missing: this may not be the whole truth`,
      ]),
    );
  return lines;
}

/** One sentence that says what became of it. */
function whatTexts(answer: ExplainAnswer): string[] {
  const { failure } = answer;
  if (failure === undefined) {
    if (answer.status === 'SUCCEEDED')
      return [answer.survived.length === 0 ? 'it succeeded, and nothing went wrong on the way' : 'it succeeded'];
    const driver = answer.driven === false ? ', and nobody drives it' : '';
    return [
      answer.standsIn === undefined
        ? `it is running${driver}`
        : `it is running, in ${sanitize(answer.standsIn)}${driver}`,
    ];
  }
  const state = sanitize(failure.stateName ?? 'the execution');
  const place = failure.where === undefined ? '' : ` (${sanitize(failure.where)})`;
  const error = sanitize(failure.error ?? '');
  const open =
    failure.openStates === undefined || failure.openStates.length < 2
      ? ''
      : `; open were ${sanitize(failure.openStates.join(', '))}`;
  if (failure.kind === 'aborted')
    return [`it was stopped in ${state}${place}${error === '' ? '' : `: ${error}`}${open}`];
  if (failure.kind === 'timed-out') return [`the execution ran out of time in ${state}${place}${open}`];
  const tries = failure.attempts > 1 ? `, after ${failure.attempts} attempts` : '';
  const end =
    failure.failState === undefined || failure.failState === failure.stateName
      ? ''
      : `; the workflow caught it and ended in the Fail state ${sanitize(failure.failState)}`;
  return [`${state}${place} failed with ${error === '' ? 'an unnamed error' : error}${tries}${end}`];
}

function whyTexts({ failure }: ExplainAnswer): string[] {
  if (failure === undefined) return [];
  const texts: string[] = [];
  if (failure.message !== undefined) texts.push(shortened(failure.message));
  // The first line of a stack repeats the message.
  const frames = (failure.trace ?? []).filter((line) => /^\s*(?:at |File )/.test(line));
  for (const line of frames.slice(0, TRACE_LINES)) texts.push(`  ${sanitize(line.trim())}`);
  const from = [
    failure.functionName === undefined ? undefined : `function ${sanitize(failure.functionName)}`,
    failure.requestId === undefined ? undefined : `request ${sanitize(failure.requestId)}`,
    failure.childExecutionArn === undefined ? undefined : `see orders explain ${sanitize(failure.childExecutionArn)}`,
  ].filter((part) => part !== undefined);
  if (from.length > 0) texts.push(from.join(', '));
  if (failure.caughtBefore !== undefined) {
    const { stateName, error, message } = failure.caughtBefore;
    const why = message === undefined ? '' : `: ${shortened(message)}`;
    texts.push(`before that, ${sanitize(error)} of ${sanitize(stateName)} was caught${why}`);
  }
  return texts;
}

const CLASS: Readonly<Record<NonNullable<ExplainAnswer['failure']>['class'], string>> = {
  business: 'business: the order was refused, and would be again as it is',
  infrastructure: 'infrastructure: something outside was not there or too slow; when it is back a redrive goes on',
  bug: 'bug: the workflow or a function is wrong, or was given what it did not expect; fix it first',
};

/** A refusal that no state deals with, e.g. of a compensation. */
const UNCAUGHT_REFUSAL = 'business: it was refused, and the workflow has no way on from that; a person has to decide';

function classTexts({ failure }: ExplainAnswer): string[] {
  // Who stopped it knows why.
  if (failure === undefined || failure.kind === 'aborted') return [];
  return [failure.class === 'business' && failure.failState === undefined ? UNCAUGHT_REFUSAL : CLASS[failure.class]];
}

function survivedTexts(survived: readonly Survived[]): string[] {
  const texts = survived.slice(0, SURVIVED_LINES).map(({ stateName, where, how, error, failures }) => {
    const place = where === undefined ? '' : ` (${sanitize(where)})`;
    const times = failures > 1 ? ` ${failures} times` : '';
    return `${sanitize(stateName)}${place} failed${times} with ${sanitize(error)}, ${how === 'caught' ? 'which was caught' : 'and a retry or redrive went well'}`;
  });
  const more = survived.length - texts.length;
  return more > 0 ? [...texts, `and ${more} more`] : texts;
}

const OPEN_ENDS: Readonly<Record<OpenEnd, string>> = {
  'captured-unfulfilled': 'the customer has paid and nothing is shipped',
  'authorised-open': "the customer's money is set aside",
  'stock-held': 'stock is held back',
  cancelling: 'a cancellation has begun and is not through',
};

function ledgerTexts(ledger: LedgerAnswer): string[] {
  if (!ledger.read) return [`not known: ${sanitize(ledger.reason)}`];
  const { order, payment, reservation } = ledger;
  if (order === undefined && payment === undefined && reservation === undefined)
    return ['nothing: the ledger has no row of this order'];
  const texts = [
    order === undefined
      ? 'order    no row'
      : `order    ${[order.status, money(order.amount, order.currency), order.shipmentId && `shipment ${order.shipmentId}`].filter(Boolean).join(', ')}`,
    payment === undefined
      ? 'payment  none'
      : `payment  ${[payment.status, money(payment.amount, payment.currency), payment.declineCode, payment.paymentIntentId].filter(Boolean).join(', ')}`,
    reservation === undefined
      ? 'stock    none'
      : `stock    ${[reservation.status, ...reservation.lines.map(({ sku, quantity }) => `${quantity} x ${sku}`)].join(', ')}`,
  ];
  const ends = ledger.openEnds.map((end) => OPEN_ENDS[end]);
  return [...texts.map((text) => shortened(text)), ...(ends.length === 0 ? [] : [`so: ${ends.join('; ')}`])];
}

function money(amount: number | undefined, currency: string | undefined): string | undefined {
  return amount === undefined || currency === undefined ? undefined : moneyText(amount, currency);
}

function logTexts(log: LogAnswer): string[] {
  if (!log.read) return [`not known: ${sanitize(log.reason)}`];
  if (log.lines.length === 0) return [`no line of this attempt in ${sanitize(log.logGroup)}`];
  const shown = log.lines.slice(-LOG_LINES);
  const hidden = log.lines.length - shown.length;
  return [
    ...(hidden > 0 ? [`${hidden}${log.more ? ' or more' : ''} lines before these: --json has them`] : []),
    ...shown.map((line) => shortened(`${line.time.toISOString().slice(11, 23)} ${logLineText(line)}`, LOG_LINE)),
  ];
}

function redriveTexts({ redrive, status }: ExplainAnswer, now: number, style: Style): string[] {
  if (status === 'SUCCEEDED' || status === 'RUNNING' || status === 'PENDING_REDRIVE') return [];
  const away = style.screen.terminal && redrive.until !== undefined ? ` (${timeText(redrive.until, now, style)})` : '';
  const until = redrive.until === undefined ? '' : `, until ${redrive.until.toISOString()}${away}`;
  const verdict = redrive.helps
    ? `goes on from there${until}`
    : `${redrive.eligible ? 'does not help' : 'is not possible'}: ${sanitize(redrive.reason ?? '')}`;
  return [verdict, ...redrive.warnings.map(sanitize)];
}

function shortened(text: string, most = MESSAGE): string {
  const clean = sanitize(text);
  return clean.length > most ? `${clean.slice(0, most)}...` : clean;
}

/** A label and its texts beside it, broken where the terminal ends. */
function labelled(label: string, texts: readonly string[], { paint, screen }: Style): string[] {
  const room = Math.max(20, Math.min(screen.width, screen.terminal ? WIDEST : Number.POSITIVE_INFINITY) - LABEL);
  return texts
    .flatMap((text) => broken(text, room))
    .map((text, index) => `${paint('dim', (index === 0 ? label : '').padEnd(LABEL))}${text}`.trimEnd());
}

/** Broken at spaces where possible; what follows a break stands two columns further in. */
function broken(text: string, room: number): string[] {
  const lines: string[] = [];
  for (let rest = text; ;) {
    const width = lines.length === 0 ? room : room - 2;
    if (rest.length <= width) return [...lines, lines.length === 0 ? rest : `  ${rest}`];
    const space = rest.lastIndexOf(' ', width);
    const cut = space > width / 2 ? space : width;
    lines.push(lines.length === 0 ? rest.slice(0, cut) : `  ${rest.slice(0, cut)}`);
    rest = rest.slice(cut).trimStart();
  }
}
