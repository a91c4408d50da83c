import { appendFileSync } from 'node:fs';

/** What AVA tells many times and nobody counts by. */
const dropped = new Set([
  'stats',
  'worker-stdout',
  'worker-stderr',
  'test-register-log-reference',
  'test-timeout-configured',
  'touched-files',
]);

/** The configuration, for a run that also tells test/runner what became of each file: its events, a line of JSON each. */
export function reported(config) {
  const path = process.env.SATSUMA_TEST_EVENTS;
  if (!path) return config;
  return {
    ...config,
    nonSemVerExperiments: { observeRunsFromConfig: true },
    observeRun: ({ events }) => void write(events, path),
  };
}

async function write(events, path) {
  for await (const { type, testFile, title, skip, todo, pendingTests } of events) {
    if (dropped.has(type)) continue;
    const pendingFiles = pendingTests && [...pendingTests.keys()];
    appendFileSync(path, `${JSON.stringify({ type, testFile, title, skip, todo, pendingFiles, at: Date.now() })}\n`);
  }
}
