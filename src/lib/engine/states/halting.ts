import type { Frame, Group } from '../frame.js';
import type { MapRun } from '../map-run.js';
import type { MapRunStatus } from '../protocol.js';
import type { Run } from '../run.js';

/** Nobody advances this frame and its children any more. */
export function halt(frame: Frame, run: Run): void {
  run.release(frame);
  abortMapRun(frame, run);
  frame.halted = true;
  for (const child of frame.visit?.group?.children.values() ?? []) {
    halt(child, run);
  }
}

/** What is around the Map has ended or failed. */
export function abortMapRun(frame: Frame, run: Run): void {
  const mapRun = frame.visit?.group?.run;
  if (mapRun?.open === true) {
    closeMapRun(frame, mapRun, 'ABORTED', run);
  }
}

/** Its children are stopped. */
export function closeMapRun(frame: Frame, mapRun: MapRun, status: MapRunStatus, run: Run): void {
  mapRun.open = false;
  run.release(frame);
  const { children } = groupOf(frame);
  for (const child of children.values()) {
    halt(child, run);
  }
  children.clear();
  tellOfMapRun(frame, mapRun, status, run);
}

/** Says how the Map Run is now. */
export function tellOfMapRun(frame: Frame, mapRun: MapRun, status: MapRunStatus, run: Run): void {
  const group = groupOf(frame);
  const { arn, settings, redriveCount } = mapRun;
  run.tell({
    kind: 'map-run',
    key: `map-run:${arn}`,
    mapRunArn: arn,
    stateName: frame.at.name,
    status,
    maxConcurrency: group.concurrency,
    toleratedFailureCount: settings.toleratedCount ?? 0,
    toleratedFailurePercentage: settings.toleratedPercentage ?? 0,
    redriveCount,
    ...(group.items === undefined ? {} : { itemCount: group.items.length }),
  });
}

export function groupOf(frame: Frame): Group {
  const { group } = frame.at;
  if (group === undefined) {
    throw new Error(`state '${frame.at.name}' has not started its branches`);
  }
  return group;
}
