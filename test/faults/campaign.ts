/**
 * npm run faults -- [--all] [--minutes N] [--seed N] [--workers N] [--journal FILE]
 *                   [--only single,pairs,other-pairs] [--orders fine,declined] [--bundles]
 *
 * Every single fault with every recovery; with --all every pair of faults too, in an order that the seed gives, so that a
 * campaign that was cut short is a fair sample. With --bundles the functions are the bundles that are deployed, with all
 * their SDKs, which takes five times as long; else the modules they are made of. All cores work. What is done is in the journal: the same command goes on
 * where it was, unless workflow, engine or harness changed since. Exits 1 when an invariant was broken.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledWorkflow } from './bundles/bundled-workflow.js';
import { describePlan, RECOVERIES, type Fault, type Plan, type Recovery } from './fault.js';
import {
  faultFree,
  firstFaults,
  firstFaultsOfOthers,
  otherPairsFrom,
  pairsFrom,
  sameAsRedrive,
  singleFaults,
} from './matrix.js';
import { randomFrom, shuffled } from './random.js';
import { runPlan, shippedWorkflow, type Report, type Subject } from './run-plan.js';
import { SCENARIOS, scenarioNamed, type ScenarioName } from './scenarios.js';

/** What one worker does at a time: a scenario's single faults, or the pairs that begin with one fault. */
interface Unit {
  readonly scenario: ScenarioName;
  readonly first?: Fault;
  /** The pairs of otherPairsFrom, with this recovery. */
  readonly others?: Recovery;
}

interface UnitResult {
  readonly unit: string;
  readonly runs: number;
  /** Plans that were not run, because another was that is the same run, see sameAsRedrive. */
  readonly same: number;
  /** Milliseconds of the worker's processor time. */
  readonly cpu: number;
  readonly broken: readonly { readonly plan: string; readonly violations: readonly string[] }[];
}

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');
/** What a result depends on. */
const SOURCES = ['workflows/order-processing', 'test/faults', 'src/lib/engine', 'src/lib/definition', 'src/lib/local'];

const nameOf = ({ scenario, first, others }: Unit): string =>
  first === undefined
    ? `${scenario}, single faults`
    : `${scenario}, ${others === undefined ? '' : 'other '}pairs from ${first.kind} at ${first.at}`;

async function* plansOf({ scenario, first, others }: Unit, subject: Subject): AsyncGenerator<Plan> {
  if (first === undefined) yield* singleFaults(scenario, await faultFree(scenario, 'STANDARD', subject), true);
  else if (others === undefined) yield* pairsFrom(scenario, first, subject);
  else yield* otherPairsFrom(scenario, first, others, subject);
}

const PARTS = ['single', 'pairs', 'other-pairs'] as const;

async function unitsOf(part: (typeof PARTS)[number], scenario: ScenarioName, subject: Subject): Promise<Unit[]> {
  if (part === 'single') return [{ scenario }];
  const recorded = await faultFree(scenario, 'STANDARD', subject);
  if (part === 'pairs') return firstFaults(recorded).map((first) => ({ scenario, first }));
  return firstFaultsOfOthers(recorded).map((first, index) => ({
    ...{ scenario, first },
    others: RECOVERIES[index % RECOVERIES.length]!,
  }));
}

async function performed(unit: Unit, subject: Subject): Promise<UnitResult> {
  const begun = process.cpuUsage();
  const broken: { plan: string; violations: readonly string[] }[] = [];
  let runs = 0;
  let same = 0;
  // Of plans without retries, the redrive at once comes first.
  const redriven = new Map<string, Report['recovered']>();
  for await (const plan of plansOf(unit, subject)) {
    const faults = JSON.stringify(plan.faults);
    const known = plan.retries ? undefined : redriven.get(faults);
    if (known !== undefined && sameAsRedrive(known, plan.recovery)) {
      same += 1;
      continue;
    }
    runs += 1;
    const { violations, recovered } = await runPlan(plan, subject);
    if (!plan.retries && plan.recovery === 'redrive') redriven.set(faults, recovered);
    if (violations.length > 0) broken.push({ plan: describePlan(plan), violations });
  }
  const { user, system } = process.cpuUsage(begun);
  return { unit: nameOf(unit), runs, same, cpu: Math.round((user + system) / 1000), broken };
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of SOURCES) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith('.test.ts')).sort()) {
      hash.update(file).update(readFileSync(join(ROOT, folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** What a journal of these sources holds; an absent or outdated one is begun anew. */
function readJournal(path: string, sources: string): UnitResult[] {
  const [head, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  if (head !== JSON.stringify({ sources })) {
    writeFileSync(path, `${JSON.stringify({ sources })}\n`);
    return [];
  }
  // A line that was cut off by a crash is a unit not done.
  return lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as UnitResult] : []));
}

async function lead(): Promise<void> {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean', default: false },
      only: { type: 'string' },
      bundles: { type: 'boolean', default: false },
      orders: { type: 'string' },
      minutes: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(availableParallelism()) },
      journal: { type: 'string' },
    },
  });
  const subject = await subjectOf(values.bundles);
  const journal =
    values.journal ?? join(tmpdir(), values.bundles ? 'orders-faults-bundles.ndjson' : 'orders-faults.ndjson');
  const asked = values.orders?.split(',') ?? Object.keys(SCENARIOS);
  const scenarios = asked.filter((name): name is ScenarioName => scenarioNamed(name) !== undefined);
  const wanted = values.only?.split(',') ?? (values.all ? PARTS : PARTS.slice(0, 1));
  const unknown = wanted.filter((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}, and not ${unknown.join(', ')}`);
  const random = () => randomFrom(Number(values.seed));
  const units: Unit[] = [];
  for (const part of PARTS) {
    if (!wanted.includes(part)) continue;
    const found = [];
    for (const scenario of scenarios) found.push(...(await unitsOf(part, scenario, subject)));
    units.push(...(part === 'single' ? found : shuffled(found, random())));
  }
  const names = new Set(units.map(nameOf));
  const journaled = readJournal(journal, `${fingerprint()}${values.bundles ? ' bundles' : ''}`);
  const results = journaled.filter(({ unit }) => names.has(unit));
  const done = new Set(results.map(({ unit }) => unit));
  const open = units.filter((unit) => !done.has(nameOf(unit)));
  const cores = Number(values.workers);
  const begun = Date.now();
  const until = begun + Number(values.minutes) * 60_000;
  console.log(`${units.length} units, ${units.length - open.length} already done in ${journal}; ${cores} workers`);

  const record = (result: UnitResult): void => {
    results.push(result);
    appendFileSync(journal, `${JSON.stringify(result)}\n`);
    for (const { plan, violations } of result.broken.slice(0, 5))
      console.log(`BROKEN ${plan}\n       ${violations.join('; ')}`);
    const runs = results.reduce((sum, one) => sum + one.runs, 0);
    process.stderr.write(`\r${results.length}/${units.length} units, ${runs} runs `);
  };
  const work = (): Promise<void> =>
    new Promise((finished, failed) => {
      const worker = fork(fileURLToPath(import.meta.url), ['--worker', ...(values.bundles ? ['--bundles'] : [])], {
        execArgv: process.execArgv,
      });
      const next = (): void => {
        const unit = Date.now() < until ? open.shift() : undefined;
        if (unit === undefined) worker.disconnect();
        else worker.send(unit);
      };
      worker.on('message', (result) => {
        record(result as UnitResult);
        next();
      });
      worker.on('exit', (code) => (code === 0 ? finished() : failed(new Error(`a worker ended with ${code}`))));
      next();
    });
  await Promise.all(Array.from({ length: Math.min(cores, open.length) }, work));

  const runs = results.reduce((sum, one) => sum + one.runs, 0);
  const broken = results.reduce((sum, one) => sum + one.broken.length, 0);
  const same = results.reduce((sum, one) => sum + one.same, 0);
  const minutes = results.reduce((sum, one) => sum + one.cpu, 0) / 60_000;
  console.log(
    `\n${results.length} of ${units.length} units, ${runs} runs (and ${same} that would be the same), ${broken} with a broken invariant; ` +
      `${minutes.toFixed(1)} processor minutes on ${cores} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  );
  process.exitCode = broken > 0 ? 1 : 0;
}

/** What is tried: the workflow with its functions as bundles or as modules. */
async function subjectOf(bundles: boolean): Promise<Subject> {
  return bundles ? bundledWorkflow() : shippedWorkflow();
}

if (process.argv.includes('--worker')) {
  const subject = await subjectOf(process.argv.includes('--bundles'));
  process.on('message', (unit) => {
    performed(unit as Unit, subject).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(`${nameOf(unit as Unit)} could not be run`, error);
        process.exit(1);
      },
    );
  });
} else {
  await lead();
}
