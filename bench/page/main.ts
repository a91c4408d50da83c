import { currentLoad, observeConditions } from '../conditions.ts';
import { Progress } from '../progress.ts';
import { report } from '../report.ts';
import { measurePage } from './measure-page.ts';

/** For how many seconds the memory of the page is watched under events. */
const [seconds = '60'] = process.argv.slice(2);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
const loadBefore = currentLoad();
// Of containers that are run to have some to show, no disk is waited for: the page is measured.
const options = { n: Number(seconds), store: 'redis', profileDir: undefined } as const;
for await (const figures of measurePage(options, new Progress(interruption.signal))) {
  process.stdout.write(`${report(figures, observeConditions(loadBefore, undefined))}\n`);
}
