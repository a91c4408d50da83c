import { parseOptions, usage } from './options.ts';
import { isWell, report } from './report.ts';
import { runChaos } from './run-chaos.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
const say = (line: string): void => void process.stderr.write(`chaos: ${line}\n`);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options) {
    const outcome = await runChaos(options, { name: 'chaos', say, signal: interruption.signal });
    process.stdout.write(`${report(outcome)}\n`);
    process.exitCode = isWell(outcome) ? 0 : 1;
  } else {
    process.stdout.write(`${usage}\n`);
  }
} catch (error) {
  if (!interruption.signal.aborted) say((error as Error).message);
  process.exitCode = 1;
}
if (interruption.signal.aborted) {
  say('interrupted: everything is healed and taken down');
  process.exitCode = 130;
}
