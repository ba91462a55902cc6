import { describePlan, type Plan } from './fault.js';
import { runPlan, type Subject } from './run-plan.js';

/** Runs the plans; those that broke an invariant, in words, and how many there were in all. */
export async function brokenPlans(
  plans: Iterable<Plan> | AsyncIterable<Plan>,
  subject?: Subject,
): Promise<{ readonly runs: number; readonly unstruck: readonly string[]; readonly broken: readonly string[] }> {
  const broken: string[] = [];
  const unstruck: string[] = [];
  let runs = 0;
  for await (const plan of plans) {
    runs += 1;
    const { violations, struck } = await runPlan(plan, subject);
    if (struck === 0) unstruck.push(describePlan(plan));
    if (violations.length > 0) broken.push(`${describePlan(plan)}: ${violations.join('; ')}`);
  }
  return { runs, unstruck, broken };
}
