/** Names of the Task states of a definition, those inside Parallel and Map included, in the order of the text. */
export function taskStates(definition: string): string[] {
  const names: string[] = [];
  collect(JSON.parse(definition) as unknown, names);
  return names;
}

function collect(value: unknown, names: string[]): void {
  if (!isObject(value)) return;
  if (isObject(value['States'])) {
    for (const [name, state] of Object.entries(value['States'])) {
      if (!isObject(state)) continue;
      if (state['Type'] === 'Task') names.push(name);
      if (Array.isArray(state['Branches'])) for (const branch of state['Branches']) collect(branch, names);
      collect(state['ItemProcessor'] ?? state['Iterator'], names);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
