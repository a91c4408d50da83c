const green = ['ok', 'running', 'ready', 'succeeded', 'done'];
const yellow = [
  'pending',
  'starting',
  'updating',
  'waiting',
  'paused',
  'restarting',
  'retiring',
  'moving',
  'maintenance',
  'draining',
];
const red = ['down', 'lost', 'failed', 'dead', 'unclear', 'unhealthy'];
const codes = new Map([
  ...green.map((word) => [word, 32] as const),
  ...yellow.map((word) => [word, 33] as const),
  ...red.map((word) => [word, 31] as const),
]);

/** A state as a terminal shows it: by its word, or by that in brackets behind it, `running (unclear)`. */
export function colouredState(text: string): string {
  const [, first = '', note = ''] = /^(\w+)(?: \((\w+)\))?/.exec(text) ?? [];
  const code = codes.get(note) ?? codes.get(first);
  return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}
