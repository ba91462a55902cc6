/** Definitions that are measured, as JSON texts. */

export function passChain(states) {
  const name = (index) => `Step${index}`;
  return JSON.stringify({
    StartAt: name(0),
    States: Object.fromEntries(
      Array.from({ length: states }, (_, index) => [
        name(index),
        { Type: 'Pass', ...(index === states - 1 ? { End: true } : { Next: name(index + 1) }) },
      ]),
    ),
  });
}

/** Goes round until the history is full; AWS wants to see a way out. */
export const endlessLoop = JSON.stringify({
  StartAt: 'Work',
  States: {
    Work: { Type: 'Pass', Next: 'Again' },
    Again: { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Stop' }], Default: 'Work' },
    Stop: { Type: 'Succeed' },
  },
});

export const dayOfWaiting = JSON.stringify({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 86_400, End: true } },
});

/** One Pass for each element of the input. */
export const mapOfPasses = JSON.stringify({
  StartAt: 'Map',
  States: {
    Map: {
      Type: 'Map',
      End: true,
      ItemProcessor: { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } },
    },
  },
});
